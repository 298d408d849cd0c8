// Stands in for Gemini CLI of 2026: `gemini --output-format json`, the prompt on stdin.
import { converse, readOptions, readPrompt } from './stand-in.mjs'

const options = readOptions(process.argv.slice(2), { values: ['--output-format', '--model', '--resume'] })
const prompt = readPrompt()
const talk = converse(prompt, { resume: options['--resume'] })
const fail = (type, message, code) => {
  console.error(JSON.stringify({ error: { type, message, code } }, null, 2))
  process.exit(code)
}
console.log('Loaded cached credentials.')
if (!talk)
  fail('FatalInputError', `Error resuming session: Invalid session identifier "${options['--resume']}".`, 42)
if (prompt.includes('fail')) fail('FatalAuthenticationError', 'quota exhausted', 41)
const tokens = { input: 3, prompt: 3, candidates: 6, total: 9, cached: 0, thoughts: 0, tool: 0 }
const stats = {
  models: {
    [options['--model'] ?? 'gemini-2.5-pro']: {
      api: { totalRequests: 1, totalErrors: 0, totalLatencyMs: 900 },
      tokens,
      roles: {},
    },
  },
  tools: { totalCalls: 0, totalSuccess: 0, totalFail: 0, totalDurationMs: 0, byName: {} },
  files: { totalLinesAdded: 0, totalLinesRemoved: 0 },
}
// It takes no schema: that it is to answer with JSON it can only know from the prompt.
const response = prompt.includes('JSON Schema') ? '```json\n{"n": 7}\n```' : `heard ${talk.asked.join(', ')}`
console.log(JSON.stringify({ session_id: talk.id, response, stats }, null, 2))
