import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBashTemplate } from './parse-bash-template.ts'
import { context, rewritten, runTemplate } from './testing/run-in-bash.ts'

/** What is wrong with a script: code, severity and the text it is about. */
function problems(source: string): [string, string, string][] {
  return parseBashTemplate(source, context).problems.map(({ code, severity, start, end }) => [
    code,
    severity,
    source.slice(start, end),
  ])
}

function hints(source: string): (string | undefined)[] {
  return parseBashTemplate(source, context).problems.map(({ hint }) => hint)
}

function variables(source: string): string[] {
  return parseBashTemplate(source, context).template.variables
}

describe('the form of a reference in bash', () => {
  it.each([
    ['bare', 'echo $a.output', 'echo "${ION_REF_1}"'],
    ['in double quotes', 'echo "$a.output"', 'echo "${ION_REF_1}"'],
    ['in single quotes', "echo '<$a.output>'", "echo '<'\"${ION_REF_1}\"'>'"],
    ['in ANSI quotes', "echo $'<$a.output>'", "echo $'<'\"${ION_REF_1}\"$'>'"],
    ['glued to a name', 'echo "$a.output"_x x$a.output', 'echo "${ION_REF_1}"_x x"${ION_REF_1}"'],
    ['before a full stop', 'echo "It is $a.output."', 'echo "It is ${ION_REF_1}."'],
    ['with a path', 'echo $a.output.items[0].name', 'echo "${ION_REF_1}"'],
    ['before a pattern', 'ls $a.output[0-9]', 'ls "${ION_REF_1}"[0-9]'],
    ['in a here-document', 'cat <<E\n"$a.output"\nE', 'cat <<E\n"${ION_REF_1}"\nE'],
    [
      'in a quoted one',
      "cat <<'E'\n\\ $x `y` '$a.output'\nE",
      "cat <<E\n\\\\ \\$x \\`y\\` '${ION_REF_1}'\nE",
    ],
    ['of an input', 'echo $INPUTS.base-branch', 'echo "${ION_REF_1}"'],
    ['of an exit code', '[ $a.exit_code = 0 ]', '[ "${ION_REF_1}" = 0 ]'],
  ])('%s', (_where, source, script) => {
    expect(rewritten(source)).toBe(script)
  })

  it('is one variable for each distinct reference, in order of first use', () => {
    const { template } = parseBashTemplate('$b.output $a.output.x "$b.output" $a.output.x[0]', context)
    expect(template.bindings.map(({ variable, reference }) => [variable, reference.source])).toEqual([
      ['ION_REF_1', '$b.output'],
      ['ION_REF_2', '$a.output.x'],
      ['ION_REF_3', '$a.output.x[0]'],
    ])
    expect(template.bindings[1]?.reference).toMatchObject({ start: 10, end: 21 })
  })

  it('avoids variables that the script has', () => {
    expect(rewritten('ION_REF_1=x; echo $a.output')).toBe('ION_REF_1=x; echo "${ION_REF_2}"')
  })
})

describe('what belongs to the shell', () => {
  it.each([
    'echo $1 $@ $* $# $? $- $$ $! $0 $HOME ${HOME} $(date) `date`',
    'echo $$a.output',
    String.raw`echo \$a.output "\$a.output"`,
    'echo ${a}.output $a $a.outputs_dir $ab.txt',
    '# $unknown.output, it\'s "open\necho ok # $INPUTS.unknown',
    'echo $ARGUMENTS "$USER_MESSAGE" ${WORKFLOW_ID} $USER_MESSAGES',
    'cat <<E\n$ARTIFACTS_DIR\nE',
    'x=1; echo $x.output',
    'x-y=1; x=2; echo $x-y.output',
    'read -r line; echo $line.output',
    'for f in *; do mv $f $f.output; done',
    'f() { local name=$1; cat $name.output; }',
    'printf -v name %s x; cat $name.output',
    'mapfile -t lines < x; echo $lines.output',
    'while getopts ab option; do echo $option.output; done',
    '(( n = 1 )); echo $n.output',
    ': ${name:=x}; echo $name.output',
    "jq '.items[] as $item | $item.output' x.json",
    "jq --arg item 1 '$item.output' x.json",
    'echo $response.status $HOME.error',
    'INPUTS=x; echo $INPUTS.unknown',
    "awk '{ print $1, $NF }' x; perl -e 'print $ARGV[0]'",
  ])('stays as it is: %s', (source) => {
    expect(rewritten(source)).toBe(source)
    expect(problems(source)).toEqual([])
  })

  it('is not the name of a node, even where the script sets a variable of that name', () => {
    expect(rewritten('a=1; echo $a.output')).toBe('a=1; echo "${ION_REF_1}"')
  })
})

describe('values where bash would evaluate them', () => {
  const places = [
    'echo $(( $a.output + 1 ))',
    '(( x = $a.output + 1 )); echo $x',
    'echo $[ $a.output + 1 ]',
    '[[ $a.output -eq 41 ]] && echo 42',
    '[[ 41 -eq "$a.output" && x ]] && echo 42',
    'x=012345678901234567890123456789012345678942; echo ${x:$a.output}',
    'x[41]=42; echo ${x[$a.output]}',
    'x[$a.output]=42; echo ${x[41]}',
    'for (( i = $a.output; i < 43; i++ )); do :; done; echo $((i - 1))',
    'cat <<E\n$(( $a.output + 1 ))\nE',
    'echo "$(( "$a.output" + 1 ))"',
  ]

  it.each(places)('lets a whole number through: %s', (source) => {
    const value = source.includes('${x:') ? '40' : '41'
    expect(runTemplate(source, value)).toMatchObject({ stdout: '42\n', stderr: '' })
  })

  it.each(places)('runs no command that is in a value: %s', (source) => {
    for (const value of ['x[$(echo owned >&2)]', 'PATH', '1+1', '$(echo owned >&2)', '3 apples', '1\n2']) {
      const { stdout, stderr } = runTemplate(source, value)
      expect(stdout).not.toContain('42')
      expect(stderr).toContain('a.output is not a whole number')
      expect(stderr).not.toMatch(/^owned/m)
    }
  })

  it('takes the key of an associative array as text', () => {
    expect(runTemplate('declare -A m; m[$a.output]=42; echo ${m[$a.output]}', 'x y').stdout).toBe('42\n')
  })

  it('leaves a command in a tested word alone', () => {
    expect(runTemplate('[[ $(printf %s $a.output | wc -w) -eq 2 ]] && echo 42', 'x y').stdout).toBe('42\n')
  })
})

describe('what is wrong with a bash script', () => {
  it('says where a node is unknown, and which is meant', () => {
    expect(problems('echo 1\necho "$fetch-isue.output.x" $nowhere.output')).toEqual([
      ['ION2001', 'error', '$fetch-isue.output.x'],
      ['ION2001', 'error', '$nowhere.output'],
    ])
    expect(hints('echo $fetch-isue.output $nowhere.output')).toEqual([
      'Did you mean `fetch-issue`?',
      'For the shell variable write `${nowhere}.output`.',
    ])
  })

  it.each([
    ["echo '$nowhere.output'", 'ION2001', 'error', '$nowhere.output'],
    ['x=`echo \\`echo $nowhere.output\\``', 'ION2001', 'error', '$nowhere.output'],
    ["cat <<'E'\n$nowhere.output\nE", 'ION2001', 'error', '$nowhere.output'],
    ['echo $INPUTS.nam', 'ION2002', 'error', '$INPUTS.nam'],
    ['echo $LOOP_PREV.a.output', 'ION2004', 'error', '$LOOP_PREV.a'],
    ['echo $a.outputs', 'ION2005', 'warning', '$a.outputs'],
    ['echo "${a.output}"', 'ION2007', 'error', '${a.output}'],
    ['echo ${fetch-issue.output:-x}', 'ION2007', 'error', '${fetch-issue.output'],
    ['echo ${INPUTS.name}', 'ION2007', 'error', '${INPUTS.name}'],
    ['cat > $a.output.md', 'ION2008', 'warning', '$a.output.md'],
    ['echo "open', 'ION2009', 'warning', '"'],
    ["echo 'open", 'ION2009', 'warning', "'"],
    ["echo $'open", 'ION2009', 'warning', '$'],
    ['echo `open', 'ION2009', 'warning', '`'],
    ['echo $(open', 'ION2009', 'warning', '$'],
    ['cat <<END\nopen', 'ION2009', 'warning', 'E'],
    ["cat > x <<'E'\n$ARGUMENTS\nE", 'ION2010', 'warning', '$ARGUMENTS'],
    ['bash -c "echo $a.output"', 'ION2012', 'warning', '$a.output'],
    ["sudo /usr/bin/python3 -c 'print(1, $a.output)'", 'ION2012', 'warning', '$a.output'],
    ['eval echo $a.output', 'ION2012', 'warning', '$a.output'],
    ["trap 'rm $a.output' EXIT", 'ION2012', 'warning', '$a.output'],
    ['echo $fetch-isue.status', 'ION2014', 'warning', '$fetch-isue.status'],
  ])('%s', (source, ...problem) => {
    expect(problems(source)).toEqual([problem])
  })

  it.each([
    "bash <<'E'\necho $ARGUMENTS\nE",
    "awk '{ print $ARGUMENTS }'",
    'python3 script.py -c $a.output',
    'bash -c \'echo "$1"\' - $a.output',
    'test -e $a.output',
  ])('has nothing against %s', (source) => {
    expect(problems(source)).toEqual([])
  })

  it('still puts variables into what is never closed', () => {
    expect(rewritten('echo "$a.output')).toBe('echo "${ION_REF_1}')
    expect(rewritten("echo '$a.output")).toBe("echo ''\"${ION_REF_1}\"'")
  })
})

describe('the variables that a script needs', () => {
  it.each([
    ['echo $ARGUMENTS "$WORKFLOW_ID" \'$RUN_ID\'', ['ARGUMENTS', 'WORKFLOW_ID', 'RUN_ID']],
    ['echo ${ARTIFACTS_DIR}/x ${STATE_DIR%/}', ['ARTIFACTS_DIR', 'STATE_DIR']],
    ['cat <<E\n$(echo `echo $DOCS_DIR`)\nE', ['DOCS_DIR']],
    ["bash -c 'echo $ARGUMENTS'", ['ARGUMENTS']],
    ['echo ${BASE_BRANCH:-main} ${DOCS_DIR-docs}', []],
    ['BASE_BRANCH=main; echo $BASE_BRANCH', []],
    ['# BASE_BRANCH=main\necho $BASE_BRANCH', ['BASE_BRANCH']],
    ['echo 1 # $BASE_BRANCH', []],
    ['echo \\$BASE_BRANCH $BASE_BRANCH_NAME', []],
  ])('%s', (source, needed) => {
    expect(variables(source)).toEqual(needed)
  })

  it('are bound where bash would not expand them, if they say which run it is', () => {
    expect(rewritten("python3 - <<'E'\nprint('$ARTIFACTS_DIR', '$ARGUMENTS')\nE")).toBe(
      "python3 - <<E\nprint('${ION_REF_1}', '\\$ARGUMENTS')\nE",
    )
    expect(rewritten("BASE_BRANCH=x; echo '$BASE_BRANCH'")).toBe("BASE_BRANCH=x; echo '$BASE_BRANCH'")
  })
})

describe('any text at all', () => {
  it('is parsed without an exception, with problems inside it', () => {
    const piece = fc.constantFrom(
      ...['$a.output', '$x.output', '$INPUTS.y', '${a.output', '$(', '$((', '((', '`', '\\', "'", '"'],
    )
    const token = fc.oneof(
      piece,
      fc.constantFrom(
        ...["<<'E'", '<<E', '\nE\n', '{', '}', ')', '))', '[[ ', ']] ', 'case x in ', '#', ' ', '\n'],
      ),
    )
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 60 }).map((parts) => parts.join('')),
        (source) => {
          const parsed = parseBashTemplate(source, context)
          expect(parsed.template.script.split('\n').length).toBe(source.split('\n').length)
          for (const { start, end } of parsed.problems) {
            expect([start >= 0, start < end, end <= source.length]).toEqual([true, true, true])
          }
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it.each([
    '$(',
    '$((',
    '((',
    '${x:-',
    '"$(',
    '`',
    '<<E\n$(cat ',
    '$((($(',
    'case x in ',
    '$a.output ',
    "'$x.output' ",
    'x[',
    '\\`',
  ])('is parsed in a time that goes with its length: %s…', (piece) => {
    const source = piece.repeat(Math.floor(200_000 / piece.length))
    expect(parseBashTemplate(source, context).template.source).toBe(source)
  })
})
