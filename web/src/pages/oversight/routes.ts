import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const oversightRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/oversight',
    component: lazyRouteComponent(() => import('./breaches')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/oversight/breaches/$id',
    component: lazyRouteComponent(() => import('./breach')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/oversight/processing',
    component: lazyRouteComponent(() => import('./record')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/oversight/settings',
    component: lazyRouteComponent(() => import('./processing-settings')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/oversight/log',
    validateSearch: (search): { about?: string | undefined; until?: string | undefined } => ({
      about: text(search.about),
      until: text(search.until),
    }),
    component: lazyRouteComponent(() => import('./audit')),
  }),
] as const
