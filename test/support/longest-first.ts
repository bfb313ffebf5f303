import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take minutes. Begun last, one of them would run on alone while nothing else is left to do. */
const LONG = [
  'test/faults/',
  'test/negative-controls',
  'test/who-may-see',
  'test/console',
  'test/network',
  'test/story',
]

const place = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((part) => moduleId.includes(part))
  return at < 0 ? LONG.length : at
}

/** The order vitest has of itself, with the longest before all others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
