import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SteadyPool } from './steady-pool.ts'

/** A message of the server's: its type, its length, its content. */
function message(type: string, ...parts: (string | number)[]): Buffer {
  const content = Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part)
      const bytes = Buffer.alloc(4)
      bytes.writeInt32BE(part)
      return bytes
    }),
  )
  const length = Buffer.alloc(4)
  length.writeInt32BE(content.length + 4)
  return Buffer.concat([Buffer.from(type), length, content])
}

const welcome = Buffer.concat([message('R', 0), message('Z', 'I')])
const farewell = message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')

describe('a server that goes away just when a connection is made', () => {
  it('ends no process: the statement says that the connection is lost', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => void uncaught.push(error)
    process.prependListener('uncaughtException', note)
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      // Both in one piece: the client hears of the end before anybody could be told of the beginning.
      socket.once('data', () => socket.end(Buffer.concat([welcome, farewell])))
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const pool = new pg.Pool({ host: '127.0.0.1', port: address.port, user: 'ion', max: 2 })
    onTestFinished(async () => {
      process.off('uncaughtException', note)
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const steady = new SteadyPool(pool, true)
    for (let round = 0; round < 3; round++) {
      const asked = steady.connect().then(async (connection) => {
        try {
          await connection.query('select 1', [])
        } finally {
          connection.release()
        }
      })
      await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(uncaught).toEqual([])
    expect(sockets.length).toBeGreaterThan(0)
  })
})
