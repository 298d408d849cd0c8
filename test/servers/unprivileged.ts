import { execFileSync } from 'node:child_process'

/** Whom a child process runs as: empty for whoever runs this one. */
export interface RunAs {
  uid?: number
  gid?: number
}

/** Postgres refuses to run as root. Where this process is root, servers run as `nobody`, whom every system has. */
export function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}
