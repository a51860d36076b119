import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type Instructor = S['FacultyInstructorOut']
export type InstructorPage = S['FacultyInstructorPageOut']
export type Place = S['FacultyPlaceOut']
export type PlacePage = S['FacultyPlacePageOut']
export type Courseware = S['FacultyCoursewareOut']
export type CoursewarePage = S['FacultyCoursewarePageOut']
export type Teams = S['FacultyTeamsOut']
export type Call = S['FacultyCallOut']
export type Submission = S['FacultySubmissionOut']
export type Invitation = S['FacultyInvitationOut']
export type Own = S['FacultyOwnOut']
export type Figure = S['FacultyFigureOut']
export type Words = S['FacultyWordsOut']
type Query<K extends keyof operations> = operations[K]['parameters'] extends { query?: infer Q } ? NonNullable<Q> : never

const at = (id: number) => ({ params: { path: { id } } })

/** The requests of instructors, places and courseware, one function each. */
export const faculty = {
  words: () => read(api.GET('/api/v1/faculty/words')),
  instructors: (query: Query<'list_faculty_instructors'>) => read(api.GET('/api/v1/faculty/instructors', { params: { query } })),
  instructor: (id: number) => read(api.GET('/api/v1/faculty/instructors/{id}', at(id))),
  nominate: (body: S['FacultyNominationIn']) => read(api.POST('/api/v1/faculty/instructors', { body })),
  correct: (id: number, body: S['FacultyParticularsIn']) => read(api.PUT('/api/v1/faculty/instructors/{id}', { ...at(id), body })),
  trial: (id: number, body: S['FacultyTrialIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/trials', { ...at(id), body })),
  appoint: (id: number, body: S['FacultyTermIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/appoint', { ...at(id), body })),
  refuse: (id: number, body: S['FacultyReasonIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/refuse', { ...at(id), body })),
  withdraw: (id: number, body: S['FacultyReasonIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/withdraw', { ...at(id), body })),
  assess: (id: number, year: number, body: S['FacultyYearIn']) =>
    read(api.PUT('/api/v1/faculty/instructors/{id}/years/{year}', { params: { path: { id, year } }, body })),
  renew: (id: number, body: S['FacultyRenewIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/renew', { ...at(id), body })),
  release: (id: number, body: S['FacultyReleaseIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/release', { ...at(id), body })),
  invite: (id: number, body: S['FacultyInvitationIn']) => read(api.POST('/api/v1/faculty/instructors/{id}/invitations', { ...at(id), body })),
  invitations: () => read(api.GET('/api/v1/faculty/invitations')),
  takeBack: (id: number, reason: string) => read(api.POST('/api/v1/faculty/invitations/{id}/withdraw', { ...at(id), body: { reason } })),
  answer: (id: number, accept: boolean, answer: string) => read(api.POST('/api/v1/faculty/invitations/{id}/answer', { ...at(id), body: { accept, answer } })),
  calendar: (query: Query<'get_faculty_calendar'>) => read(api.GET('/api/v1/faculty/calendar', { params: { query } })),
  own: () => read(api.GET('/api/v1/faculty/me')),
  teams: () => read(api.GET('/api/v1/faculty/teams')),
  addStudio: (body: S['FacultyStudioIn']) => read(api.POST('/api/v1/faculty/studios', { body })),
  saveStudio: (id: number, body: S['FacultyStudioIn']) => read(api.PUT('/api/v1/faculty/studios/{id}', { ...at(id), body })),
  addGroup: (body: S['FacultyGroupIn']) => read(api.POST('/api/v1/faculty/groups', { body })),
  saveGroup: (id: number, body: S['FacultyGroupIn']) => read(api.PUT('/api/v1/faculty/groups/{id}', { ...at(id), body })),
  pair: (body: S['FacultyMentorshipIn']) => read(api.POST('/api/v1/faculty/mentorships', { body })),
  endPair: (id: number, body: S['FacultyMentorshipEndIn']) => read(api.POST('/api/v1/faculty/mentorships/{id}/end', { ...at(id), body })),
  places: (query: Query<'list_faculty_places'>) => read(api.GET('/api/v1/faculty/places', { params: { query } })),
  place: (id: number) => read(api.GET('/api/v1/faculty/places/{id}', at(id))),
  addPlace: (body: S['FacultyPlaceIn']) => read(api.POST('/api/v1/faculty/places', { body })),
  savePlace: (id: number, body: S['FacultyPlaceIn']) => read(api.PUT('/api/v1/faculty/places/{id}', { ...at(id), body })),
  apply: (id: number, version: number) => read(api.POST('/api/v1/faculty/places/{id}/apply', { ...at(id), body: { version } })),
  check: (id: number, body: S['FacultyCheckIn']) => read(api.POST('/api/v1/faculty/places/{id}/checks', { ...at(id), body })),
  selfAssess: (id: number, body: S['FacultyAssessIn']) => read(api.PUT('/api/v1/faculty/places/{id}/grade', { ...at(id), body })),
  confirmGrade: (id: number, body: S['FacultyGradeIn']) => read(api.POST('/api/v1/faculty/places/{id}/grade/confirm', { ...at(id), body })),
  withdrawPlace: (id: number, body: S['FacultyReasonIn']) => read(api.POST('/api/v1/faculty/places/{id}/withdraw', { ...at(id), body })),
  standard: () => read(api.GET('/api/v1/faculty/classroom-standard')),
  coursewares: (query: Query<'list_faculty_courseware'>) => read(api.GET('/api/v1/faculty/courseware', { params: { query } })),
  courseware: (id: number) => read(api.GET('/api/v1/faculty/courseware/{id}', at(id))),
  addCourseware: (body: S['FacultyCoursewareIn']) => read(api.POST('/api/v1/faculty/courseware', { body })),
  saveCourseware: (id: number, body: S['FacultyCoursewareIn']) => read(api.PUT('/api/v1/faculty/courseware/{id}', { ...at(id), body })),
  attach: (id: number, version: number, upload_id: string) => read(api.PUT('/api/v1/faculty/courseware/{id}/file', { ...at(id), body: { version, upload_id } })),
  releaseCourseware: (id: number, version: number) => read(api.POST('/api/v1/faculty/courseware/{id}/release', { ...at(id), body: { version } })),
  supersede: (id: number, version: number) => read(api.POST('/api/v1/faculty/courseware/{id}/supersede', { ...at(id), body: { version } })),
  withdrawCourseware: (id: number, body: S['FacultyReasonIn']) => read(api.POST('/api/v1/faculty/courseware/{id}/withdraw', { ...at(id), body })),
  calls: () => read(api.GET('/api/v1/faculty/calls')),
  openCall: (body: S['FacultyCallIn']) => read(api.POST('/api/v1/faculty/calls', { body })),
  endCall: (id: number, version: number) => read(api.POST('/api/v1/faculty/calls/{id}/end', { ...at(id), body: { version } })),
  contribute: (id: number, body: S['FacultyContributionIn']) => read(api.POST('/api/v1/faculty/calls/{id}/contributions', { ...at(id), body })),
  judge: (id: number, body: S['FacultyPointsIn']) => read(api.POST('/api/v1/faculty/contributions/{id}/points', { ...at(id), body })),
  decide: (id: number, body: S['FacultyDecisionIn']) => read(api.POST('/api/v1/faculty/contributions/{id}/decide', { ...at(id), body })),
  cases: (year: number) => read(api.GET('/api/v1/faculty/cases', { params: { query: { year } } })),
  handOut: (body: S['FacultyCaseIn']) => read(api.POST('/api/v1/faculty/cases', { body })),
  useCase: (id: number, body: S['FacultyCaseUseIn']) => read(api.POST('/api/v1/faculty/cases/{id}/use', { ...at(id), body })),
  targets: (year: number) => read(api.GET('/api/v1/faculty/targets', { params: { query: { year } } })),
  samples: (year: number) => read(api.GET('/api/v1/faculty/samples', { params: { query: { year } } })),
  mark: (body: S['FacultySampleIn']) => read(api.POST('/api/v1/faculty/samples', { body })),
  unmark: (id: number) => read(api.DELETE('/api/v1/faculty/samples/{id}', at(id))),
  exportPath: (year: number) => `/api/v1/faculty/samples/export?year=${year}`,
}
