/** What the store needs of a `Pool` of the package `pg`. */
export interface PoolLike {
  connect(): Promise<PoolClientLike>
  end(): Promise<void>
  on(event: 'error', listener: () => void): unknown
  on(event: 'connect', listener: (client: PoolClientLike) => void): unknown
  listeners(event: 'error'): unknown[]
}

/** What the store needs of a connection of such a pool. */
export interface PoolClientLike {
  query(statement: {
    text: string
    name?: string
    values: unknown[]
  }): Promise<{ command: string; rowCount: number | null; rows: unknown[] }>
  on(event: 'error', listener: () => void): unknown
  off(event: 'error', listener: () => void): unknown
  /** @param destroy - Whether the connection is no good any more. */
  release(destroy?: boolean): void
}
