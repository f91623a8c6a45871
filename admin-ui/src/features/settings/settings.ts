// Requests about settings, and the edits of a tab before they are saved.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';

export type Setting = Schema<'Setting'>;
export type SettingTab = Schema<'SettingTab'>;
export type SignInSettings = Schema<'SignInSettings'>;
export type OversightSettings = Schema<'OversightSettings'>;

export const settingsKey = ['settings'] as const;

export function useTabs() {
    return useQuery({
        queryKey: [...settingsKey, 'tabs'],
        queryFn: async ({ signal }) => (await api.get<{ items: Array<{ id: string; title: string }> }>('/settings', { signal })).data.items,
        staleTime: Infinity,
    });
}

export function useTab(tab: string) {
    return useQuery({
        queryKey: [...settingsKey, 'tab', tab],
        queryFn: async ({ signal }) => (await api.get<SettingTab>(`/settings/${tab}`, { signal })).data,
    });
}

export function useSignInSettings() {
    return useQuery({
        queryKey: [...settingsKey, 'sign-in'],
        queryFn: async ({ signal }) => {
            const { data, etag } = await api.get<SignInSettings>('/settings/sign-in', { signal });
            return { settings: data, etag };
        },
    });
}

export function useOversightSettings() {
    return useQuery({
        queryKey: [...settingsKey, 'oversight'],
        queryFn: async ({ signal }) => {
            const { data, etag } = await api.get<OversightSettings>('/settings/oversight', { signal });
            return { settings: data, etag };
        },
    });
}

/** By name: what was typed; null: the default. */
export type Edits = Readonly<Record<string, string | null>>;

/** As it stands in a field: values of repeatable ones a line each. */
export function textOf(setting: Setting): string {
    return setting.values.join('\n');
}

export function valuesIn(text: string): string[] {
    return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** What a PATCH sends: a field that was emptied means the default. */
export function changesOf(edits: Edits, items: readonly Setting[]): Record<string, string | string[] | null> {
    const changes: Record<string, string | string[] | null> = {};
    for (const setting of items) {
        const edit = edits[setting.name];
        if (edit === undefined) continue;
        if (edit === null || valuesIn(edit).length === 0) changes[setting.name] = null;
        else changes[setting.name] = setting.repeatable ? valuesIn(edit) : edit.trim();
    }
    return changes;
}
