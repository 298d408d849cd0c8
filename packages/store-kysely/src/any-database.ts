import type { Kysely, Transaction } from 'kysely'

/** A Kysely instance, whatever tables its host has told it of. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's own word for it.
export type AnyDatabase = Kysely<any>

/** A transaction of one. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyTransaction = Transaction<any>
