export * from './agent/prompt-handler.ts'
export * from './errors.ts'
export * from './options.ts'
export * from './result.ts'
