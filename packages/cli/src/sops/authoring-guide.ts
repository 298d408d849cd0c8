/** How a SOP is written: what `ion sop rule` prints, with the frontmatter that makes it a rule of an editor. */
export const authoringGuide = `---
description: How Agent SOPs (*.sop.md) are written
globs: "**/*.sop.md"
alwaysApply: false
---

# How to write an Agent SOP

An Agent SOP is a procedure for an agent, in Markdown. Ion carries it out a step at a time: each step is one prompt, its result is
kept, and the next step is told of it.

## The file

- The file is called \`<name>.sop.md\`. The name has small letters, digits and single hyphens, and says what is done:
  \`release-notes\`, not \`notes2\`.
- Put it in \`agent-sops/\` of the project. Folders in it are looked into as well.
- Sections come in this order: title, overview, parameters, steps, then examples and troubleshooting if there are any. Other
  sections may stand anywhere. One that stands before the steps is told to every step; one behind them only to steps that
  refer to it.

## Title and overview

Begin with \`# Name\`. Below \`## Overview\` say what the procedure does and when to use it, in no more than 1,024 characters: it is
what people and agents choose by.

## Parameters

Below \`## Parameters\` give each parameter an item:

    - **version** (required): The version to be released
    - **channel** (optional, default: "beta"): Where it goes
      - "beta": For those who try things out
      - "stable": For all
    - **notes_file** (optional, default: "notes/{version}.md"): Where the notes are kept

- Names have small letters, digits and underscores. The required ones come first.
- A default in quotes or back-ticks, a number, \`true\` or \`false\` is a value. A default in plain words says how to come by one.
- Values that are listed below a parameter are the only ones it can have.
- \`{version}\` in the text becomes what was given. Other braces stay as they are.

Behind the list write \`**Constraints for parameter acquisition:**\`, and below it how the parameters are to be got: that all
missing ones are asked for at once, and in what forms they may be given.

## Steps

Below \`## Steps\` each step is a heading, \`### 1. Name\`, numbered from 1 without gaps. Then say in a few sentences what is to be
done, and below \`**Constraints:**\` what has to be kept to:

    ### 2. Write the notes

    Write what has changed since the last release to {notes_file}.

    **Constraints:**
    - You MUST name every change that breaks something
    - You SHOULD put the most important change first
    - You MAY leave out what nobody can notice
    - You MUST NOT invent changes because readers rely on the list

- One step has one aim, and ends with something that can be looked at: a file, a decision, an answer.
- A step knows the results of the steps before it and what this file says, and nothing else. So say which files it leaves, with
  their paths.
- A long step is divided by \`#### 2.1 Name\`, each part with constraints of its own.
- An agent can't jump. Say "if there are no tests, skip this step" in the step itself, not "go on with step 5" in another.

## Constraints

- MUST is for what makes the result wrong when it is missing, SHOULD for what may be left out with a reason, MAY for what is
  allowed. One constraint has one of these words.
- What is forbidden has a reason: \`You MUST NOT push because the review comes first\`. An agent that knows why also keeps to it in
  cases that nobody has thought of.
- Say what can be checked. "You MUST run the tests and show what failed" can be; "You MUST be careful" can't.
- Where the user decides, say what is asked, that the answer is waited for, and what follows from each answer.

## Examples and troubleshooting

Below \`## Examples\` show what is given and what comes of it. Around an example that itself has a fence put four back-ticks. Below
\`## Troubleshooting\` give each thing that goes wrong a heading, and say what to do.

## Before it is used

    ion sop lint <name> --strict
    ion run <name> --agent echo --input version=1.0.0

The first says what is unclear or breaks the format, and mends some of it with \`--fix\`. The second shows every prompt as an
agent would get it.
`
