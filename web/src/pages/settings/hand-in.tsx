import { Button, FileButton, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Input, upload } from '../../api/call'
import { Failure, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { caseWords } from '../../words/cases'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Iets inleveren',
    lead: 'Als de servicedesk u om een bewijsstuk vraagt: een PDF, PNG of JPEG van hoogstens 10 MB. Alleen de servicedesk ziet het.',
    what: 'Wat is het?',
    choose: 'Bestand kiezen en inleveren',
    done: '{what} is ingeleverd.',
  },
  en: {
    title: 'Hand something in',
    lead: 'When the servicedesk asks you for evidence: a PDF, PNG or JPEG of at most 10 MB. Only the servicedesk sees it.',
    what: 'What is it?',
    choose: 'Choose a file and hand it in',
    done: '{what} was handed in.',
  },
})

type Kind = Input<'registrations.hand-in'>['kind']
const kinds: readonly Kind[] = ['kvk_extract', 'authority', 'limited_authority', 'bank_account']

/** Evidence for our own case, with our word that it is ours. */
export function HandIn() {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const tell = useTell()
  const client = useQueryClient()
  const [kind, choose] = useState<Kind>('kvk_extract')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (file: File | null) => {
    if (!file) return
    setBusy(true)
    setError(null)
    try {
      await upload('registrations.hand-in', { kind }, file, () => undefined)
      tell({ text: say('done', { what: sayCase(kind) }) })
      await client.invalidateQueries({ queryKey: ['registrations.mine'] })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title={say('title')}>
      <Paper withBorder p="lg" radius="md">
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{say('lead')}</Text>
          <NativeSelect
            label={say('what')}
            value={kind}
            data={kinds.map((value) => ({ value, label: sayCase(value) }))}
            onChange={({ currentTarget: { value } }) =>
              choose(kinds.find((one) => one === value) ?? 'kvk_extract')
            }
          />
          <FileButton accept=".pdf,.png,.jpg,.jpeg" onChange={(file) => void send(file)}>
            {(props) => (
              <Button {...props} variant="default" loading={isBusy}>
                {say('choose')}
              </Button>
            )}
          </FileButton>
          {error !== null && <Failure error={error} />}
        </Stack>
      </Paper>
    </Section>
  )
}
