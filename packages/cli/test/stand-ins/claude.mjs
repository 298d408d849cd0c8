// Stands in for Claude Code 2: `claude -p --output-format json`.
import { converse, readOptions, readPrompt, stop } from './stand-in.mjs'

const options = readOptions(process.argv.slice(2), {
  values: ['--output-format', '--model', '--json-schema', '--resume'],
  flags: ['-p', '--fork-session'],
})
if (!options['-p'] || options['--output-format'] !== 'json')
  stop(1, 'only -p --output-format json is played here')
const prompt = readPrompt()
const talk = converse(prompt, { resume: options['--resume'], fork: options['--fork-session'] })
if (!talk) stop(1, `No conversation found with session ID: ${options['--resume']}`)
const model = options['--model'] ?? 'claude-sonnet-4-5'
const failed = prompt.includes('fail')
const typed = options['--json-schema'] !== undefined
if (typed) JSON.parse(options['--json-schema'])
const answer = failed ? 'API Error: 529 Overloaded' : typed ? '' : `heard ${talk.asked.join(', ')}`
console.log(
  JSON.stringify({
    type: 'result',
    subtype: 'success',
    is_error: failed,
    duration_ms: 1998,
    duration_api_ms: 1976,
    num_turns: 1,
    result: answer,
    stop_reason: 'end_turn',
    session_id: talk.id,
    total_cost_usd: 0.25,
    usage: { input_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 9, output_tokens: 6 },
    modelUsage: {
      [model]: {
        inputTokens: 3,
        outputTokens: 6,
        cacheReadInputTokens: 9,
        cacheCreationInputTokens: 0,
        webSearchRequests: 0,
        costUSD: 0.25,
        contextWindow: 200000,
      },
    },
    permission_denials: [],
    ...(typed ? { structured_output: { n: 7 } } : {}),
    uuid: '5b0f5b6e-5a3c-4f3b-9f39-6d1b9a8f2c11',
  }),
)
process.exit(failed ? 1 : 0)
