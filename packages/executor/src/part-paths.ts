/** The path of a loop's iteration. */
export function iterationPath(id: string, iteration: number): string {
  return `${id}/${iteration}`
}

/** The path of the gate behind a loop's iteration. */
export function loopGatePath(id: string, iteration: number): string {
  return `${id}/gate/${iteration}`
}

/** The path of a rework of what a gate's rejection was about. */
export function reworkPath(id: string, rework: number): string {
  return `${id}/rework/${rework}`
}

/** The id of the node that a path belongs to. */
export function rootOf(path: string): string {
  return path.split('/', 1)[0] ?? path
}
