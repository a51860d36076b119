import { describe, expect, it } from 'vitest'
import { addDays, dayText, daysBetween, dueLeftText, dueTone, instantText, momentText, monthDayText, monthOptions, monthText, monthsOf, shortDay } from '@/lib/dates'

const due = (days_left: number, working_days_left: number | null = null, late = days_left < 0) => ({ days_left, working_days_left, late })

describe('days', () => {
  it('writes a day with its weekday', () => {
    expect(dayText('2024-11-20')).toBe('2024年11月20日（周三）')
    expect(dayText('2024-02-29')).toBe('2024年2月29日（周四）')
    expect(dayText(null)).toBe('—')
  })
  it('leaves the year out where it goes without saying', () => {
    expect(monthDayText('2024-11-20')).toBe('11月20日（周三）')
    expect(monthDayText(undefined)).toBe('—')
  })
  it('lists the months of a year', () => {
    expect([monthsOf(2024).length, monthsOf(2024)[0], monthsOf(2024)[11]]).toEqual([12, '2024-01', '2024-12'])
    expect(monthOptions(2023)[8]).toEqual({ value: '2023-09', label: '9月' })
  })
  it('writes the short form with the year only when it is another one', () => {
    expect(shortDay('2024-11-20', 2024)).toBe('11-20')
    expect(shortDay('2023-12-31', 2024)).toBe('2023-12-31')
  })
  it('counts across month ends and leap days', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01')
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29')
    expect(daysBetween('2024-12-30', '2025-01-02')).toBe(3)
  })
  it('shows instants in Shanghai whatever offset they carry', () => {
    expect(instantText('2024-11-20T23:30:00+08:00')).toBe('2024-11-20 23:30')
    expect(instantText('2024-11-20T16:30:00Z')).toBe('2024-11-21 00:30')
    expect(momentText('2024-11-12T14:00:00+08:00')).toBe('11月12日（周二）14:00')
    expect(momentText('2024-11-12T14:00:00+08:00', true)).toBe('2024年11月12日（周二）14:00')
    expect(momentText(null)).toBe('—')
  })
  it('writes months', () => expect(monthText('2024-05')).toBe('2024年5月'))
})

describe('what is left until a due date', () => {
  it.each([
    [due(-3), '已过期3天', 'late'],
    [due(0), '今天截止', 'soon'],
    [due(1, 1), '明天截止', 'soon'],
    [due(2, 2), '还有2天', 'soon'],
    [due(5, 3), '还有5天（3个工作日）', 'soon'],
    [due(6, 4), '还有6天（4个工作日）', 'calm'],
    [due(43, null), '还有43天', 'calm'],
  ])('%j reads %s', (given, text, tone) => {
    expect(dueLeftText(given)).toBe(text)
    expect(dueTone(given)).toBe(tone)
  })
  it('trusts the server when it says late on the day itself', () => {
    expect(dueLeftText(due(0, null, true))).toBe('已过期')
    expect(dueTone(due(0, null, true))).toBe('late')
  })
})
