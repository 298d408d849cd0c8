// Stands in for llm 0.32: `llm --json --log`.
import { converse, readOptions, readPrompt, stop } from './stand-in.mjs'

const options = readOptions(process.argv.slice(2), {
  values: ['-m', '--schema', '--cid'],
  flags: ['--json', '--log'],
})
if (!options['--json'] || !options['--log']) stop(1, 'only --json --log is played here')
const prompt = readPrompt()
const talk = converse(prompt, { resume: options['--cid'] })
if (!talk) stop(1, `Error: No conversation found with id=${options['--cid']}`)
if (prompt.includes('fail')) stop(1, 'Error: insufficient_quota')
const model = options['-m'] ?? 'gpt-4o-mini'
const response = options['--schema'] === undefined ? `heard ${talk.asked.join(', ')}` : '{"n": 7}'
console.log(
  JSON.stringify(
    [
      {
        id: '01jm8ec74wxsdatyn5pq1fp0s5',
        model,
        prompt,
        system: null,
        prompt_json: null,
        options_json: {},
        response,
        response_json: null,
        conversation_id: talk.id,
        duration_ms: 560,
        datetime_utc: '2026-08-05T07:12:56+00:00',
        input_tokens: 3,
        output_tokens: 6,
        token_details: null,
        conversation_name: talk.asked[0],
        conversation_model: model,
        attachments: [],
      },
    ],
    null,
    2,
  ),
)
