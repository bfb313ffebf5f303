import { Button, Checkbox, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, More, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'
import { secretRoles } from './secret-form'

const texts = words({
  nl: {
    title: 'Met een partner delen',
    what: 'De partner ziet de naam, de tekst en de documenten die u aankruist, zolang de overeenkomst van kracht is. Waarde en maatregelen blijven hier.',
    agreement: 'Onder welke overeenkomst',
    choose: 'Kies een overeenkomst',
    none: 'Er is geen overeenkomst van kracht waaronder bedrijfsgeheimen mogen worden getoond.',
    begin: 'Een overeenkomst beginnen',
    label: 'Hoe de partner het ziet voordat iemand het opent',
    label_help: 'Zeg er niet het geheim mee.',
    purpose: 'Waarvoor zij het nodig hebben',
    roles: 'Wie het daar nodig heeft',
    documents: 'Documenten die meegaan',
    share: 'Delen',
    done: 'Gedeeld met {name}.',
  },
  en: {
    title: 'Share with a partner',
    what: 'The partner sees the name, the text and the documents you tick, while the agreement is in force. Value and measures stay here.',
    agreement: 'Under which agreement',
    choose: 'Choose an agreement',
    none: 'There is no agreement in force under which trade secrets may be shown.',
    begin: 'Begin an agreement',
    label: 'How the partner sees it before somebody opens it',
    label_help: 'Do not give the secret away with it.',
    purpose: 'What they need it for',
    roles: 'Who needs it there',
    documents: 'Documents that go with it',
    share: 'Share',
    done: 'Shared with {name}.',
  },
})

/** Lets people of a partner see a secret, under an agreement that covers it. */
export function ShareForm({
  secret: { id, documents },
  onClose,
}: {
  readonly secret: Output<'trade-secrets.show'>
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { code } = useNames()
  const tell = useTell()
  const agreements = useList('agreements.list', { state: 'in_force', limit: 100 })
  const share = useChange('trade-secrets.share', ['trade-secrets.'])
  const [typed, setTyped] = useState({ agreement: '', label: '', purpose: '' })
  const [roles, setRoles] = useState<string[]>([])
  const [sent, setSent] = useState<string[]>([])
  const covering = agreements.items?.filter((one) => one.trade_secrets) ?? []
  const set = (name: keyof typeof typed) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setTyped((before) => ({ ...before, [name]: value }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const agreement = covering.find((one) => one.id === typed.agreement)
    if (!agreement) return
    share.mutate(
      {
        ...{ id, agreement: agreement.id, partner: agreement.partner.did },
        ...{ label: typed.label.trim(), purpose: typed.purpose.trim(), documents: sent },
        roles: secretRoles.filter((role) => roles.includes(role)),
      },
      {
        onSuccess: ({ partner }) => {
          onClose()
          tell({ text: say('done', { name: partner.name }) })
        },
      },
    )
  }
  return (
    <Section title={say('title')}>
      <Paper withBorder p="lg" radius="md">
        <Loaded of={agreements}>
          {covering.length === 0 && !agreements.hasNextPage ? (
            <Empty action={<TextLink to="/agreements/new">{say('begin')}</TextLink>}>{say('none')}</Empty>
          ) : (
            <form onSubmit={submit} autoComplete="off">
              <Stack gap="sm" maw={640}>
                <Text size="sm">{say('what')}</Text>
                <NativeSelect
                  label={say('agreement')}
                  required
                  value={typed.agreement}
                  onChange={set('agreement')}
                  data={[
                    { value: '', label: say('choose') },
                    ...covering.map((one) => ({ value: one.id, label: one.partner.name })),
                  ]}
                />
                <More list={agreements} />
                <TextInput
                  label={say('label')}
                  description={say('label_help')}
                  value={typed.label}
                  onChange={set('label')}
                  maxLength={200}
                  required
                />
                <TextInput
                  label={say('purpose')}
                  value={typed.purpose}
                  onChange={set('purpose')}
                  maxLength={500}
                  required
                />
                <Checkbox.Group label={say('roles')} value={roles} onChange={setRoles}>
                  <div className="choices">
                    {secretRoles.map((role) => (
                      <Checkbox key={role} value={role} label={code(role)} />
                    ))}
                  </div>
                </Checkbox.Group>
                {documents.length > 0 && (
                  <Checkbox.Group label={say('documents')} value={sent} onChange={setSent}>
                    <Stack gap="xs" mt="xs">
                      {documents.map((one) => (
                        <Checkbox key={one.id} value={one.id} label={one.name} />
                      ))}
                    </Stack>
                  </Checkbox.Group>
                )}
                {share.error && <Failure error={share.error} />}
                <Group>
                  <Button type="submit" disabled={roles.length === 0} loading={share.isPending}>
                    {say('share')}
                  </Button>
                  <Button variant="default" onClick={onClose}>
                    {shared('cancel')}
                  </Button>
                </Group>
              </Stack>
            </form>
          )}
        </Loaded>
      </Paper>
    </Section>
  )
}
