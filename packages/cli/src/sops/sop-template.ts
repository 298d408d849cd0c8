/** The SOP that `ion sop new` makes: every part that the format has, and what belongs into it. */
export function sopTemplate(name: string): string {
  const title = name.replace(
    /(?:^|-)(.)/g,
    (word, first: string) => `${word.length > 1 ? ' ' : ''}${first.toUpperCase()}`,
  )
  return `# ${title}

## Overview

Say in a sentence or two what this procedure does, and when it is the right one.

## Parameters

- **topic** (required): What the procedure is about
- **output_file** (optional, default: "result.md"): Where the result goes

**Constraints for parameter acquisition:**
- You MUST ask for all missing required parameters at once
- You MUST take over what the user has said already

## Steps

### 1. Collect

Find out what is known about {topic}.

**Constraints:**
- You MUST say of each fact where it is from
- You MUST NOT change any file because this step only reads
- You SHOULD ask the user when two sources contradict each other

### 2. Write

Write the result to {output_file}.

**Constraints:**
- You MUST begin with a summary of at most five sentences
- You MAY add a table where things are compared

## Examples

### Example Input

- topic: tides
- output_file: "tides.md"

### Example Output

A file \`tides.md\` that begins with a summary.

## Troubleshooting

### Nothing is found

Ask the user for a source, and begin again with step 1.
`
}
