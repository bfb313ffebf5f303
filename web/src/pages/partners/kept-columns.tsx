import { Button, Group, List, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useFormats, useWords, words } from '../../words/words'
import { ColumnChoice, type Mapping, PackageName, useFieldWords } from './columns'

const texts = words({
  nl: {
    title: 'Onthouden kolommen',
    lead: 'Wat er in de kolommen van een lijst staat. Een lijst met dezelfde kolommen wordt zo gelezen.',
    none: 'Er is nog niets onthouden. Dat gebeurt als u een lijst inleest waarvan de kolommen nieuw zijn.',
    import: 'Naar importeren',
    nameless: 'Lijst zonder naam',
    pair: '{field}: kolom “{heading}”',
    changed: 'laatst gewijzigd op {moment}',
    change: 'Wijzigen',
    change_title: '{name} wijzigen',
    save: 'Opslaan',
    saved: 'Opgeslagen.',
    forget: 'Vergeten',
    forget_title: '{name} vergeten?',
    forget_text:
      'Wat al is ingelezen blijft. Bij een volgende lijst met deze kolommen zegt u opnieuw wat waar staat.',
    forgotten: 'Vergeten.',
  },
  en: {
    title: 'Columns remembered',
    lead: 'What is in the columns of a list. A list with the same columns is read like this.',
    none: 'Nothing is remembered yet. It is when you read a list of which the columns are new.',
    import: 'To import',
    nameless: 'A list without a name',
    pair: '{field}: column “{heading}”',
    changed: 'last changed on {moment}',
    change: 'Change',
    change_title: 'Change {name}',
    save: 'Save',
    saved: 'Saved.',
    forget: 'Forget',
    forget_title: 'Forget {name}?',
    forget_text: 'What was read stays. With a next list of these columns you say again what is where.',
    forgotten: 'Forgotten.',
  },
})

type Kept = Output<'partners.mappings.list'>['items'][number]

/** What the columns of lists hold, as it was said when one was read. */
export default function KeptColumns() {
  const say = useWords(texts)
  const word = useFieldWords()
  const { moment } = useFormats()
  const tell = useTell()
  const list = useRead('partners.mappings.list', {})
  const forget = useChange('partners.mappings.forget', ['partners.mappings.'])
  const [dialog, open] = useState<{ what: 'change' | 'forget'; kept: Kept } | null>(null)
  const close = () => open(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.data?.items.length === 0 && (
          <Empty action={<TextLink to="/partners/import">{say('import')}</TextLink>}>{say('none')}</Empty>
        )}
        {list.data?.items.map((kept) => {
          const name = kept.name ?? say('nameless')
          return (
            <Paper key={kept.id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start" wrap="wrap">
                <Stack gap={4} flex="1 1 16rem">
                  <Text fw={600} className="breakable">
                    {name}
                  </Text>
                  <List size="sm">
                    {Object.entries(kept.mapping).map(([field, heading]) => (
                      <List.Item key={field} className="breakable">
                        {say('pair', { field: word(field), heading })}
                      </List.Item>
                    ))}
                  </List>
                  <Text size="sm" c="dimmed">
                    {say('changed', { moment: moment(kept.updated_at) })}
                  </Text>
                </Stack>
                <Group gap="xs" className="no-print">
                  <Button
                    variant="default"
                    aria-label={say('change_title', { name })}
                    onClick={() => open({ what: 'change', kept })}
                  >
                    {say('change')}
                  </Button>
                  <Button
                    variant="subtle"
                    color="red"
                    aria-label={`${say('forget')}: ${name}`}
                    onClick={() => open({ what: 'forget', kept })}
                  >
                    {say('forget')}
                  </Button>
                </Group>
              </Group>
            </Paper>
          )
        })}
      </Loaded>
      {dialog?.what === 'change' && <Change kept={dialog.kept} onClose={close} />}
      {dialog?.what === 'forget' && (
        <Confirm
          title={say('forget_title', { name: dialog.kept.name ?? say('nameless') })}
          text={say('forget_text')}
          sure={say('forget')}
          error={forget.error}
          busy={forget.isPending}
          onClose={close}
          onSure={() =>
            forget.mutate(
              { id: dialog.kept.id },
              {
                onSuccess: () => {
                  close()
                  tell({ text: say('forgotten') })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

function Change({ kept, onClose }: { readonly kept: Kept; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const set = useChange('partners.mappings.set', ['partners.mappings.'])
  const [mapping, setMapping] = useState<Mapping>(kept.mapping)
  const [name, setName] = useState(kept.name ?? '')
  // A list that was read before its headings were kept has those that hold something.
  const headings = kept.headings ?? Object.values(kept.mapping)
  return (
    <Confirm
      title={say('change_title', { name: kept.name ?? say('nameless') })}
      sure={say('save')}
      isHarmless
      isReady={'name' in mapping && (name.trim() !== '' || kept.name === null)}
      error={set.error}
      busy={set.isPending}
      onClose={onClose}
      onSure={() =>
        set.mutate(
          {
            id: kept.id,
            mapping: JSON.stringify(mapping),
            ...(name.trim() !== '' && { name: name.trim() }),
          },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('saved') })
            },
          },
        )
      }
    >
      <PackageName value={name} onChange={setName} />
      <ColumnChoice head={{ headings, sample: [] }} mapping={mapping} onChange={setMapping} />
    </Confirm>
  )
}
