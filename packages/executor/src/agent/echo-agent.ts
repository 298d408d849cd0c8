import type { PromptHandler } from './prompt-handler.ts'

/** An agent that answers with the prompt itself: for trying a workflow out without an AI. */
export function createEchoAgent(): PromptHandler {
  return ({ prompt }, { write }) => {
    write(prompt)
    return prompt
  }
}
