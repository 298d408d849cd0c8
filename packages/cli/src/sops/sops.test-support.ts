/** A SOP without faults, with two required parameters and two steps. */
export const release = `# Release notes

## Overview

Writes the notes of a release: what has changed, and for whom.

## Parameters

- **version** (required): The version to be released
- **audience** (required): Who reads the notes
- **file** (optional, default: "notes.md"): Where the notes go

**Constraints for parameter acquisition:**
- You MUST ask for what is missing at once

## Steps

### 1. Collect

List what has changed in {version} for {audience}.

**Constraints:**
- You MUST leave out merge commits because they say nothing new

### 2. Write

#### 2.1 Draft

Write a draft to {file}.

**Constraints:**
- You MUST name what breaks in {version}

#### 2.2 Polish

Make {file} short.

**Constraints:**
- You SHOULD keep to one page
`

/** The values that it needs. */
export const releaseInputs = ['--input', 'version=1.2', '--input', 'audience=users']
