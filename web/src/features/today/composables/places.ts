/** Pages that stand elsewhere on a phone. */
const PHONE: [RegExp, string][] = [
  [/^\/(study|drill)\/records/, '/m/$1'],
  [/^\/classes\/(\d+)\/presence$/, '/m/classes/$1/door'],
  [/^\/classes\/requests/, '/m/requests'],
  [/^\/exams\/mine$/, '/m/exams'],
  [/^\/exams\/(mine\/\d+|\d+\/sit\/\d+)$/, '/m/exams/$1'],
]

/** Where a line of the first page leads, on the desk or on a phone. */
export const placeOf = (link: string, phone?: boolean): string => (phone ? PHONE.reduce((path, [from, to]) => path.replace(from, to), link) : link)
