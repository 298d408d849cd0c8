/** Workflows that the tests of the program use, by the path that makes them known by name. */
export const workflows = {
  '.ion/workflows/greet.yaml': `name: greet
inputs:
  who: { default: world }
nodes:
  - { id: text, bash: 'echo "hello $INPUTS.who $ARGUMENTS"' }
  - { id: loud, depends_on: [text], bash: 'echo "$text.output!"' }
`,
  '.ion/workflows/broken-build.yaml': `name: broken-build
nodes:
  - { id: fetch, bash: echo fetched }
  - id: build
    depends_on: [fetch]
    bash: |
      for line in $(seq 30); do echo "line $line"; done
      test -e fixed
  - { id: publish, depends_on: [build], bash: echo published }
`,
  '.ion/workflows/gated.yaml': `name: gated
nodes:
  - { id: draft, bash: echo a draft }
  - id: review
    depends_on: [draft]
    approval: { message: 'Is "$draft.output" good?', capture_response: true }
  - { id: send, depends_on: [review], bash: 'echo "sent: $review.output"' }
`,
  '.ion/workflows/stops.yaml': `name: stops
nodes:
  - { id: begin, bash: echo begun }
  - { id: stop, depends_on: [begin], cancel: enough }
`,
  '.ion/workflows/asks.yaml': `name: asks
nodes:
  - { id: question, prompt: 'What is $ARGUMENTS?' }
`,
  // Notes the ids of its processes; goes on at once when it runs a second time.
  '.ion/workflows/slow.yaml': `name: slow
nodes:
  - { id: first, bash: echo once >> first.txt; echo one }
  - id: body
    depends_on: [first]
    bash: |
      if [ -e pids.txt ]; then echo two; exit; fi
      sleep 600 &
      echo "$$ $!" > pids.tmp; mv pids.tmp pids.txt
      wait
`,
  // As slow, but nothing short of SIGKILL ends it.
  '.ion/workflows/stubborn.yaml': `name: stubborn
nodes:
  - id: body
    bash: |
      if [ -e pids.txt ]; then echo two; exit; fi
      trap '' TERM
      sleep 600 &
      echo "$$ $!" > pids.tmp; mv pids.tmp pids.txt
      wait
`,
  // A gate beside a branch that goes on until a file appears.
  '.ion/workflows/branches.yaml': `name: branches
nodes:
  - { id: gate, approval: { message: 'Well?' } }
  - { id: work, bash: 'touch working; until [ -e go ]; do sleep 0.05; done; echo worked' }
  - { id: end, depends_on: [gate, work], bash: echo done }
`,
  // What is asked of the agent is what it answers, with `--agent-command cat`.
  '.ion/workflows/reworked.yaml': `name: reworked
nodes:
  - id: review
    approval:
      message: 'Good? $LOOP_PREV_OUTPUT'
      on_reject: { prompt: 'now it is $REJECTION_REASON', max_attempts: 1 }
  - { id: send, depends_on: [review], bash: echo sent }
`,
  '.ion/workflows/talk.yaml': `name: talk
nodes:
  - id: talk
    loop:
      prompt: 'heard: $LOOP_USER_INPUT'
      until_bash: 'test "$LOOP_PREV_OUTPUT" = "heard: enough"'
      max_iterations: 5
      interactive: true
      gate_message: '$LOOP_PREV_OUTPUT - and now?'
`,
} as const
