// A process of its own for the tests of the store: it holds, computes, fails and gets killed.
//   store-worker hold FOLDER KEY               claims, says so, waits for the end of its input
//   store-worker train FOLDER KEY STEPS EVERY  a run of so many steps with checkpoints
//   store-worker sweep FOLDER COUNT FIRST      claims COUNT runs in turn, beginning with FIRST
//   store-worker limited FOLDER KEY BYTES      may write files of BYTES at most
//   store-worker unprivileged FOLDER KEY       as a user who may not write there

import Glibc
import TLStore
import TLText

runWorker(Array(CommandLine.arguments.dropFirst()))
