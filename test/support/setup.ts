import { afterAll } from 'vitest'
import { end, willEnd } from './endings.ts'

// This file is read again for each file of tests, also where they share what they import.
willEnd()
afterAll(end)
