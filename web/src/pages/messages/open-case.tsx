import { Button, Checkbox, Group, Radio, Stack, Text, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Loaded } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Een partner iets vragen',
    partner: 'Welke partner?',
    look: 'Zoeken',
    none: '{name} heeft geen soorten vragen bekendgemaakt.',
    which: 'Waar gaat uw vraag over?',
    sees: 'Wat {name} hiervoor ziet',
    for: 'Waarvoor: {purpose}',
    about: 'Uw vraag',
    open: 'Vraag stellen en delen',
    opened: 'Uw zaak met {name} is open.',
  },
  en: {
    title: 'Ask a partner something',
    partner: 'Which partner?',
    look: 'Search',
    none: '{name} published no kinds of questions.',
    which: 'What is your question about?',
    sees: 'What {name} sees for it',
    for: 'What for: {purpose}',
    about: 'Your question',
    open: 'Ask and share',
    opened: 'Your case with {name} is open.',
  },
})

type Question = Output<'questions.published'>['items'][number]

/** Opens a case with a partner: it sees what its own catalogue says it needs, and no more than she leaves on. */
export function OpenCase({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { claim } = useNames()
  const { purposes } = useTerms()
  const tell = useTell()
  const [typed, setTyped] = useState('')
  const [partner, setPartner] = useState('')
  const [question, choose] = useState<Question | null>(null)
  const [only, setOnly] = useState<string[]>([])
  const [about, setAbout] = useState('')
  const partners = usePartners(typed)
  const published = useRead('questions.published', { partner }, partner !== '')
  const open = useChange('cases.open', ['cases.', 'access.'])
  const name = published.data?.partner.name ?? partner
  const look = (event: FormEvent) => {
    event.preventDefault()
    choose(null)
    setPartner(partners.reference)
  }
  return (
    <Confirm
      title={say('title')}
      sure={say('open')}
      isHarmless
      isReady={question !== null && about.trim() !== '' && only.length > 0}
      error={open.error}
      busy={open.isPending}
      onClose={onClose}
      onSure={() =>
        question &&
        open.mutate(
          {
            ...{ partner, question: question.code, seen_version: question.version, about },
            ...(only.length < question.claims.length && { only }),
          },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('opened', { name }) })
            },
          },
        )
      }
    >
      <form onSubmit={look}>
        <Group align="flex-end">
          <PartnerInput label={say('partner')} value={typed} of={partners} onChange={setTyped} />
          <Button type="submit" variant="default" loading={partner !== '' && published.isFetching}>
            {say('look')}
          </Button>
        </Group>
      </form>
      {partner !== '' && (
        <Loaded of={published}>
          {published.data?.items.length === 0 && <Text size="sm">{say('none', { name })}</Text>}
          {(published.data?.items.length ?? 0) > 0 && (
            <Radio.Group
              label={say('which')}
              value={question?.code ?? ''}
              onChange={(code) => {
                const chosen = published.data?.items.find((one) => one.code === code) ?? null
                choose(chosen)
                setOnly([...(chosen?.claims ?? [])])
              }}
            >
              <Stack gap="xs" mt="xs">
                {published.data?.items.map(({ code, title, reason }) => (
                  <Radio key={code} value={code} label={title[language]} description={reason} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          {question && (
            <>
              <Checkbox.Group
                label={say('sees', { name })}
                description={say('for', { purpose: purposes([question.purpose]) })}
                value={only}
                onChange={setOnly}
              >
                <Stack gap="xs" mt="xs">
                  {question.claims.map((reference) => (
                    <Checkbox key={reference} value={reference} label={claim(reference).what} />
                  ))}
                </Stack>
              </Checkbox.Group>
              <Textarea
                label={say('about')}
                required
                autosize
                minRows={3}
                value={about}
                onChange={(event) => setAbout(event.currentTarget.value)}
              />
            </>
          )}
        </Loaded>
      )}
    </Confirm>
  )
}
