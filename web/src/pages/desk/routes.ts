import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const deskRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/desk',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./desk')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/$id',
    component: lazyRouteComponent(() => import('./case')),
  }),
] as const
