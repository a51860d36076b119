/** The end of the queue behind each name. */
const ends = new Map<string, Promise<unknown>>()

/**
 * Runs tasks of one name one after the other. A record has one version: a photo that is uploaded while the draft saves
 * itself would make the draft look changed by somebody else.
 */
export function inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
  const before = ends.get(name) ?? Promise.resolve()
  const mine = before.then(task, task)
  const end = mine.then(
    () => undefined,
    () => undefined,
  )
  ends.set(name, end)
  void end.then(() => {
    if (ends.get(name) === end) ends.delete(name)
  })
  return mine
}
