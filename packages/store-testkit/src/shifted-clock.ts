/** Makes the system's clock wrong for this process, by so many milliseconds. For a child process, before it opens a store. */
export function shiftClock(offsetMs: number): void {
  const RightDate = Date
  const now = () => RightDate.now() + offsetMs
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RightDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}
