// Stands in for Codex CLI with its thread events: `codex exec --json [resume <id> -]`.
import { readFileSync } from 'node:fs'
import { converse, readOptions, readPrompt, stop } from './stand-in.mjs'

const [subcommand, ...args] = process.argv.slice(2)
if (subcommand !== 'exec') stop(2, `error: unrecognized subcommand '${subcommand}'`)
const options = readOptions(args, { values: ['--model', '--output-schema'], flags: ['--json'], words: 3 })
const [word, resume, dash] = options.words
if (word !== undefined && (word !== 'resume' || dash !== '-')) stop(2, 'only resume <id> - is played here')
const print = (event) => console.log(JSON.stringify(event))
process.stderr.write('Reading prompt from stdin...\n')
const prompt = readPrompt()
const talk = converse(prompt, { resume })
if (!talk) stop(1, `Error: thread/resume failed: no rollout found for thread id ${resume}`)
const typed = options['--output-schema'] !== undefined
if (typed) JSON.parse(readFileSync(options['--output-schema'], 'utf8'))
print({ type: 'thread.started', thread_id: talk.id })
print({ type: 'turn.started' })
print({ type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: '**Thinking**' } })
print({ type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'I will look.' } })
print({
  type: 'item.started',
  item: {
    id: 'item_2',
    type: 'command_execution',
    command: 'ls',
    aggregated_output: '',
    exit_code: null,
    status: 'in_progress',
  },
})
if (prompt.includes('fail')) {
  print({ type: 'error', message: 'Reconnecting... 1/5' })
  print({ type: 'turn.failed', error: { message: 'stream disconnected before completion: overloaded' } })
  process.exit(1)
}
const text = typed ? '{"n":7}' : `heard ${talk.asked.join(', ')}`
print({ type: 'item.completed', item: { id: 'item_3', type: 'agent_message', text } })
print({ type: 'item.completed', item: { id: 'item_4', type: 'reasoning', text: '**Done**' } })
print({ type: 'turn.completed', usage: { input_tokens: 3, cached_input_tokens: 2, output_tokens: 6 } })
