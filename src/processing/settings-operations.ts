import { z } from 'zod'
import { type AnyOperation, isoTimeOrNull, operation } from '../core/index.ts'
import { type KeptSettings, type Settings, settingsInput } from './settings.ts'

const output = z.object({
  settings: settingsInput,
  version: z.int(),
  updated_at: z.iso.datetime().nullable(),
})

/** What the organisation says of its processing, for letters, the record and breaches. */
export function settingsOperations(settings: Settings): AnyOperation[] {
  return [
    operation({
      name: 'processing.settings',
      summary: 'What the company says of its processing of personal data',
      method: 'GET',
      path: '/processing/settings',
      input: z.strictObject({}),
      output,
      allow: { users: ['administrator', 'auditor'] },
      run: async () => describe(await settings.get()),
    }),
    operation({
      name: 'processing.set',
      summary: 'Say what the node cannot know of processing: purposes, bases, retention, contacts',
      method: 'POST',
      path: '/processing/settings',
      input: settingsInput,
      output,
      allow: { users: ['administrator'] },
      run: async (given, { caller, ifMatch }) => describe(await settings.set(caller, given, ifMatch)),
    }),
  ]
}

const describe = ({ settings, version, updatedAt }: KeptSettings) => ({
  settings,
  version,
  updated_at: isoTimeOrNull(updatedAt),
})
