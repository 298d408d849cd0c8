import { LookupError } from '@ion/core'
import { ExecutorError, InvalidWorkflowError, RunHeldError } from '@ion/executor'
import {
  AlreadyExistsError,
  ConflictError,
  CorruptError,
  currentOwner,
  InvalidRecordError,
  InvalidTransitionError,
  LeaseLostError,
  NotFoundError,
  TooLargeError,
  UnavailableError,
} from '@ion/store'
import { describe, expect, it } from 'vitest'
import { notFoundError, usageError } from './cli-error.ts'
import { explainError } from './explain-error.ts'

const held = new RunHeldError('7f3a', {
  owner: { ...currentOwner(), host: 'here', pid: 42 },
  number: 1,
  expiresAt: '2030-01-01T00:00:00.000Z',
  state: 'live',
})

describe('explainError', () => {
  it.each([
    [usageError('x'), 2],
    [notFoundError('x'), 4],
    [new InvalidWorkflowError([]), 2],
    [new ExecutorError('invalid_input', 'x'), 2],
    [new ExecutorError('missing_agent', 'x'), 2],
    [new ExecutorError('missing_command', 'x'), 2],
    [new ExecutorError('missing_variable', 'x'), 2],
    [new ExecutorError('missing_store', 'x'), 5],
    [new ExecutorError('invalid_store', 'x'), 2],
    [new ExecutorError('run_cancelled', 'x'), 2],
    [new ExecutorError('run_ended', 'x'), 2],
    [new ExecutorError('no_open_gate', 'x'), 2],
    [new ExecutorError('ambiguous_gate', 'x'), 2],
    [new ExecutorError('run_lost', 'x'), 5],
    [held, 5],
    [new LookupError('workflow_not_found', 'x'), 4],
    [new LookupError('ambiguous_workflow', 'x'), 2],
    [new NotFoundError('x'), 4],
    [new AlreadyExistsError('x'), 2],
    [new ConflictError('x'), 5],
    [new LeaseLostError('x'), 5],
    [new InvalidTransitionError('x'), 2],
    [new InvalidRecordError('x'), 2],
    [new TooLargeError('x'), 1],
    [new UnavailableError('x', 'none'), 5],
    [new CorruptError('x'), 5],
    [new TypeError('x is not a function'), 1],
    ['thrown text', 1],
  ])('exits for %o with %i', (error, exitCode) => {
    expect(explainError(error).exitCode).toBe(exitCode)
  })

  it('names the process that holds a run', () => {
    expect(explainError(held).message).toContain('process 42 on here')
  })

  it('says the two ways to give an agent', () => {
    const { hint } = explainError(new ExecutorError('missing_agent', 'x'))
    expect(hint).toContain('--agent-command')
    expect(hint).toContain('--agent echo')
  })

  it('keeps to one line', () => {
    expect(explainError(new Error('one\ntwo')).message).toBe('unexpected error: one two')
  })
})
