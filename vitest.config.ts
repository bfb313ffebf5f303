import { pathToFileURL } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

// From a month before version 2 of the policy is in force, in the tests and in every process that they start.
if (Date.now() > Date.parse('2027-06-01T00:00:00Z')) {
  const calendar = pathToFileURL(`${import.meta.dirname}/test/support/calendar.mjs`)
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${calendar}`.trim()
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Files share what they import: each would else spend seconds on reading the whole node again.
    isolate: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
    // Ports and processes are the machine's: what fails there once may be another's doing, twice it is ours.
    retry: process.env.CI ? 2 : 0,
    pool: 'forks',
    // One more than the cores of a small machine: tests wait for timers and for other processes much of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    coverage: { provider: 'v8', include: ['src/**'] },
  },
})
