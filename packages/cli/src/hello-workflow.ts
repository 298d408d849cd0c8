/** The workflow that `ion init` makes: several types of node, and no AI. */
export const helloWorkflow = `# Run it with: ion run hello
name: hello
description: Looks around, asks you, and reports. Needs no AI.

inputs:
  name:
    description: Whom to greet.
    default: world

nodes:
  - id: look
    bash: ls -A | wc -l | tr -d ' '

  - id: greet
    bash: echo "Hello, $INPUTS.name!"

  # The run pauses here until somebody answers: ion approve latest
  - id: ask
    depends_on: [look, greet]
    approval:
      message: There are $look.output files here. Write the report?

  - id: report
    depends_on: [ask]
    bash: |
      echo "$greet.output" > "$ARTIFACTS_DIR/report.txt"
      echo "$greet.output There are $look.output files here."
`
