import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends the run with one line for people and scripts: `N passed, N failed`, and `, N skipped` when tests were left
 * out. A file that cannot be loaded, a failing `beforeAll` and an error outside any test are failures too.
 */
// biome-ignore lint/style/noDefaultExport: how vitest takes a reporter from a file
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      count.failed += module.errors().length
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        // `pending` is a test that never had its turn.
        count[state === 'pending' ? 'failed' : state]++
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`)
  }
}
