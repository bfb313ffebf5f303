import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useChange } from '../../api/hooks'
import { Failure } from '../../ui/page'
import { useTell } from '../../ui/told'
import { common } from '../../words/common'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Hoe {name} zich aanmeldt',
    text: 'Met deze naam herkent deze node {name} wanneer zij of hij zich aanmeldt bij uw organisatie. Wie zich eerder als {name} aanmeldde, doet dat daarna niet meer.',
    label: 'Naam bij uw organisatie',
    help: 'Meestal het e-mailadres',
    done: '{name} meldt zich voortaan met die naam aan.',
  },
  en: {
    title: 'How {name} signs in',
    text: 'By this name this node knows {name} when she or he signs in at your organisation. Whoever signed in as {name} before does so no more.',
    label: 'Name at your organisation',
    help: 'Mostly the e-mail address',
    done: '{name} signs in by that name from now on.',
  },
})

/** By what name somebody comes from the login of the organisation. */
export function LoginName({
  person: { id, name },
  onClose,
}: {
  readonly person: { readonly id: string; readonly name: string }
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const tell = useTell()
  const change = useChange('people.login', [])
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(
      { id, name: typed },
      {
        onSuccess: () => {
          onClose()
          tell({ text: say('done', { name }) })
        },
      },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('title', { name })}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" className="breakable">
            {say('text', { name })}
          </Text>
          {change.error && <Failure error={change.error} />}
          <TextInput
            label={say('label')}
            description={say('help')}
            value={typed}
            maxLength={500}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={typed.trim() === ''}>
              {shared('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
