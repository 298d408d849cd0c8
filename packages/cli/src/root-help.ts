/** The help of `ion` itself: short enough to be seen at once. */
export const rootHelp = `ion runs workflows: YAML in, every outcome logged, and a run that was killed goes on where it was.

  ion init                    make a first workflow in this folder
  ion run <workflow> [text]   start a workflow and stay with it to its end
  ion resume <run>            go on with a run that stopped, failed or was killed
  ion approve <run> [gate]    approve what a run waits for, and go on with it; ion reject rejects it
  ion cancel <run>            end a run for good
  ion list                    show the runs, or with --workflows what can be run
  ion show <run>              show how a run and its nodes stand
  ion logs <run> [node]       print what the nodes of a run printed, or what was noted
  ion usage                   show how often agents were called, and what that cost
  ion artifacts <run> [file]  show the files that nodes left, or print one
  ion annotate <run> <note>   put a note to a run: key=value
  ion validate [files]        say everything that is wrong with workflows
  ion prune                   delete runs that have ended
  ion sop <lint|convert|…>    check Agent SOPs, make new ones, and make workflows and skills of them
  ion store <copy|export|…>   move runs between stores, make or update the tables of a database
  ion help <command>          show more, with examples; ion help exit-codes

<run> is an id, a unique beginning of one, or latest.

  --store <url>               where runs are kept (ION_STORE; default file:.ion/runs),
                              opened by --store-package <name>
  --json, --quiet, --no-color data as JSON; only what must be said; no colours (NO_COLOR)
  --cwd <folder>              work in this folder; and --version, -h, --help
`
