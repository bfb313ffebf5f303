import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { roundWords } from '../../words/rounds'
import { useFormats, useWords } from '../../words/words'
import { isRunning, Round, useLookAgain } from './round'

/** All rounds, and how one is begun. */
export default function Campaigns() {
  const say = useWords(roundWords)
  const who = useWho()
  const list = useRead('campaigns.list', {})
  const [isStarting, setStarting] = useState(false)
  const mayStart = hasRole(who, 'servicedesk')
  const items = list.data?.items ?? []
  useLookAgain(items.some(isRunning))
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={mayStart && list.data && <Button onClick={() => setStarting(true)}>{say('start')}</Button>}
    >
      <Loaded of={list}>
        {items.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="md">
          {items.map((one) => (
            <Round key={one.id} one={one} isLinked />
          ))}
        </Stack>
      </Loaded>
      {isStarting && <Start taken={items.map(({ version }) => version)} onClose={() => setStarting(false)} />}
    </Page>
  )
}

/** Asks which version and until when, and then once more: what is sent is not taken back. */
function Start({ taken, onClose }: { readonly taken: readonly number[]; readonly onClose: () => void }) {
  const say = useWords(roundWords)
  const shared = useWords(common)
  const { day } = useFormats()
  const tell = useTell()
  const versions = useRead('policy.versions', {})
  const start = useChange('campaigns.start', ['campaigns.'])
  const [version, setVersion] = useState<string | null>(null)
  const [until, setUntil] = useState('')
  const [isSure, setSure] = useState(false)
  const next = (event: FormEvent) => {
    event.preventDefault()
    if (version !== null && until !== '') setSure(true)
  }
  if (isSure)
    return (
      <Confirm
        title={say('sure_title', { version: version ?? '' })}
        text={say('sure_text', { day: day(until) })}
        sure={say('start')}
        error={start.error}
        busy={start.isPending}
        onClose={() => setSure(false)}
        onSure={() =>
          start.mutate(
            { version: Number(version), until },
            {
              onSuccess: () => {
                onClose()
                tell({ text: say('begun', { version: version ?? '' }) })
              },
            },
          )
        }
      />
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('start')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={next}>
        <Stack>
          <Loaded of={versions}>
            <Select
              label={say('version')}
              required
              value={version}
              onChange={setVersion}
              data={(versions.data?.items ?? [])
                .filter((one) => !taken.includes(one.version))
                .map((one) => ({
                  value: String(one.version),
                  label: say('a_version', { version: one.version, day: day(one.effective) }),
                }))}
            />
          </Loaded>
          <TextInput
            label={say('until')}
            type="date"
            required
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" disabled={version === null || until === ''}>
              {say('start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
