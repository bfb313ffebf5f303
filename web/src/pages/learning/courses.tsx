import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useRead } from '../../api/hooks'
import { Empty, Loaded, Page } from '../../ui/page'
import { learningWords } from '../../words/learning'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Mijn cursussen',
    lead: 'Korte lessen en een toets. Wie slaagt, krijgt een certificaat van het eigen bedrijf.',
    empty: 'Er zijn hier geen cursussen.',
    size: '{lessons, plural, one {# les} other {# lessen}}, ongeveer {minutes, plural, one {# minuut} other {# minuten}}',
  },
  en: {
    title: 'My courses',
    lead: 'Short lessons and a quiz. Who passes gets a certificate of the own company.',
    empty: 'There are no courses here.',
    size: '{lessons, plural, one {# lesson} other {# lessons}}, about {minutes, plural, one {# minute} other {# minutes}}',
  },
})

export default function Courses() {
  const say = useWords(texts)
  const sayLearning = useWords(learningWords)
  const { language } = useLanguage()
  const { day } = useFormats()
  const list = useRead('learning.courses', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.data?.items.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map(({ id, title, summary, lessons, required, certificate }) => (
            <Paper
              key={id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/learning/courses/${id}`}
              className="card-link"
            >
              <Group gap="xs">
                <Text fw={600}>{title[language]}</Text>
                {certificate ? (
                  <Badge variant="light">
                    {sayLearning('certified', { day: day(certificate.expires_at) })}
                  </Badge>
                ) : (
                  required && <Badge variant="filled">{sayLearning('required')}</Badge>
                )}
              </Group>
              <Text size="sm">{summary[language]}</Text>
              <Text size="sm" c="dimmed">
                {say('size', {
                  lessons: lessons.length,
                  minutes: lessons.reduce((sum, { minutes }) => sum + minutes, 0),
                })}
              </Text>
            </Paper>
          ))}
        </Stack>
      </Loaded>
    </Page>
  )
}
