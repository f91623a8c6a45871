import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';

import { Button, IconButton } from './Button';
import { Combobox } from './Combobox';
import { Dialog, SidePanel } from './Dialog';
import { NumberField, Select, Switch, TextField } from './Field';
import { Menu } from './Menu';
import { StaleDialog } from './StaleDialog';
import { ErrorState } from './States';
import { SegmentedControl, Tabs } from './Tabs';
import { TimeBars } from './TimeBars';
import { TimeLines } from './TimeLines';
import { VerdictBadge } from './VerdictBadge';
import { VirtualTable } from './VirtualTable';
import { Plus } from 'lucide-react';

const user = userEvent.setup();

describe('Button', () => {
    it('acts on Enter and Space', async () => {
        const act = vi.fn();
        render(<Button onClick={act}>Publish v43</Button>);
        await user.tab();
        await user.keyboard('{Enter} ');
        expect(act).toHaveBeenCalledTimes(2);
    });
    it('stays reachable but does nothing when there is a reason', async () => {
        const act = vi.fn();
        render(<Button onClick={act} reason="Needs editor">Publish</Button>);
        await user.tab();
        expect(screen.getByRole('button')).toSatisfy((button: Element) => button.getAttribute('aria-disabled') === 'true');
        await user.keyboard('{Enter}');
        expect(act).not.toHaveBeenCalled();
    });
    it('has a name though it shows only a picture', () => {
        render(<IconButton icon={Plus} label="Add rule above" />);
        expect(screen.getByRole('button', { name: 'Add rule above' })).toBeTruthy();
    });
});

describe('fields', () => {
    it('ties hint and error to the control', () => {
        render(<TextField label="Host" value="" onChange={() => undefined} hint="Like example.com" error="Type a host." />);
        const input = screen.getByLabelText('Host');
        const texts = (input.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
        expect(texts).toEqual(['Like example.com', 'Type a host.']);
        expect(input.getAttribute('aria-invalid')).toBe('true');
    });
    it('makes a sentence of what the server says about the field', () => {
        render(<TextField label="Port" value="" onChange={() => undefined} error="must be between 1 and 65535" />);
        expect(screen.getByText('Port must be between 1 and 65535.')).toBeTruthy();
    });
    it('steps a number with arrow keys, within bounds', async () => {
        function Host() {
            const [value, setValue] = useState<number | null>(9);
            return <NumberField label="Minutes" value={value} onChange={setValue} min={1} max={10} />;
        }
        render(<Host />);
        const input = screen.getByLabelText<HTMLInputElement>('Minutes');
        await user.click(input);
        await user.keyboard('{ArrowUp}{ArrowUp}');
        expect(input.value).toBe('10');
        await user.keyboard('{ArrowDown}');
        expect(input.value).toBe('9');
    });
    it('switches', async () => {
        const change = vi.fn();
        render(<Switch label="Rule 3" checked={false} onChange={change} />);
        await user.tab();
        await user.keyboard(' ');
        expect(change).toHaveBeenCalledWith(true);
    });
    it('does not switch what may not be', async () => {
        const change = vi.fn();
        render(<Switch label="Rule 3" checked={false} onChange={change} reason="Needs editor" />);
        await user.click(screen.getByRole('switch'));
        expect(change).not.toHaveBeenCalled();
    });
    it('selects', async () => {
        const change = vi.fn();
        render(<Select label="Protocol" value="a" onChange={change} options={[{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }]} />);
        await user.selectOptions(screen.getByLabelText('Protocol'), 'b');
        expect(change).toHaveBeenCalledWith('b');
    });
});

describe('Combobox', () => {
    function Host({ chosen }: { chosen(value: string): void }) {
        const [text, setText] = useState('');
        return (
            <Combobox
                label="User" value={text} onChange={setText} onChoose={(choice) => chosen(choice.value)}
                lookUp={async (typed) => ['ada', 'adam', 'eve'].filter((name) => name.startsWith(typed)).map((name) => ({ value: name, label: name }))}
            />
        );
    }
    it('looks up while typing; arrows and Enter choose', async () => {
        const chosen = vi.fn();
        render(<Host chosen={chosen} />);
        await user.type(screen.getByRole('combobox'), 'ad');
        await screen.findByRole('option', { name: 'adam' });
        await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
        expect(chosen).toHaveBeenCalledWith('adam');
        expect(screen.queryByRole('listbox')).toBeNull();
    });
    it('takes free text with Enter', async () => {
        const chosen = vi.fn();
        render(<Host chosen={chosen} />);
        await user.type(screen.getByRole('combobox'), 'zoe{Enter}');
        expect(chosen).toHaveBeenCalledWith('zoe');
    });
    it('closes its list with Esc', async () => {
        render(<Host chosen={() => undefined} />);
        await user.type(screen.getByRole('combobox'), 'ad');
        await screen.findByRole('listbox');
        await user.keyboard('{Escape}');
        expect(screen.queryByRole('listbox')).toBeNull();
    });
});

describe('Tabs and SegmentedControl', () => {
    it('moves with arrows, chooses with Enter', async () => {
        const change = vi.fn();
        render(<Tabs label="Layers" tabs={[{ value: 'a', label: 'Access' }, { value: 'b', label: 'Limits' }]} value="a" onChange={change}>text</Tabs>);
        await user.tab();
        await user.keyboard('{ArrowRight}{Enter}');
        expect(change).toHaveBeenCalledWith('b');
    });
    it('is a group of radio buttons', async () => {
        const change = vi.fn();
        render(<SegmentedControl label="Span" options={[{ value: 'a', label: '15 min' }, { value: 'b', label: '1 hour' }]} value="a" onChange={change} />);
        await user.click(screen.getByRole('radio', { name: '1 hour' }));
        expect(change).toHaveBeenCalledWith('b');
    });
});

describe('layers', () => {
    it('gives the focus back to the opener', async () => {
        function Host() {
            const [open, setOpen] = useState(false);
            return (
                <>
                    <Button onClick={() => setOpen(true)}>Discard…</Button>
                    <Dialog open={open} onClose={() => setOpen(false)} title="Discard the draft?" />
                </>
            );
        }
        render(<Host />);
        await user.click(screen.getByRole('button', { name: 'Discard…' }));
        expect(await screen.findByRole('dialog', { name: 'Discard the draft?' })).toBeTruthy();
        await user.keyboard('{Escape}');
        expect(screen.queryByRole('dialog')).toBeNull();
        await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Discard…'));
    });
    it('opens a menu by key and runs what is chosen', async () => {
        const act = vi.fn();
        render(<Menu trigger={<Button>More</Button>} items={[{ label: 'Move up', onSelect: act }, { label: 'Remove', onSelect: () => undefined, reason: 'Needs editor' }]} />);
        await user.tab();
        await user.keyboard('{Enter}');
        await screen.findByRole('menuitem', { name: 'Move up' });
        await user.keyboard('{Enter}');
        await vi.waitFor(() => expect(act).toHaveBeenCalledOnce());
    });
    it('closes a side panel with Esc', async () => {
        const close = vi.fn();
        render(<SidePanel title="Rule 8" onClose={close} takeFocus>text</SidePanel>);
        await user.keyboard('{Escape}');
        expect(close).toHaveBeenCalledOnce();
    });
    it('offers no merge when both changed the same', async () => {
        const drop = vi.fn();
        render(<StaleDialog open by={{ name: 'a.okafor', when: '20 s ago' }} onSeeTheirs={() => undefined} onDropMine={drop} />);
        expect(screen.getByText(/a\.okafor changed this 20 s ago\./)).toBeTruthy();
        expect(screen.queryByRole('button', { name: 'Put mine on top' })).toBeNull();
        await user.click(screen.getByRole('button', { name: 'Drop mine' }));
        expect(drop).toHaveBeenCalledOnce();
    });
});

describe('VirtualTable', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ id: String(index), name: `row ${index}` }));
    const columns = [
        { id: 'name', title: 'Name', width: '1fr', sortable: true, render: (row: { id: string; name: string }) => row.name },
    ];
    function Host(props: { onOpen?(id: string): void; onSelect?(id: string): void; onSort?(sort: unknown): void }) {
        return (
            <VirtualTable
                label="Sessions" rows={rows} columns={columns} rowKey={(row) => row.id}
                onOpen={(row) => props.onOpen?.(row.id)} onSelect={(row) => props.onSelect?.(row.id)} onSort={props.onSort}
            />
        );
    }
    it('draws only what can be seen', () => {
        render(<Host />);
        expect(screen.getAllByRole('row').length).toBeLessThan(80);
        expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('501');
    });
    it('moves with j, k and arrows, opens with Enter, selects with x', async () => {
        const open = vi.fn();
        const select = vi.fn();
        render(<Host onOpen={open} onSelect={select} />);
        screen.getByRole('grid').focus();
        await user.keyboard('jj{ArrowDown}k{Enter}x');
        expect(open).toHaveBeenCalledWith('1');
        expect(select).toHaveBeenCalledWith('1');
    });
    it('sorts by its head', async () => {
        const sort = vi.fn();
        render(<Host onSort={sort} />);
        await user.click(within(screen.getByRole('columnheader')).getByRole('button'));
        expect(sort).toHaveBeenCalledWith({ column: 'name', direction: 'desc' });
    });
});

describe('TimeBars', () => {
    const start = Date.UTC(2026, 10, 23);
    function Host({ onBrush }: { onBrush(range: { from: number; to: number } | null): void }) {
        return (
            <TimeBars
                label="Sessions by verdict" from={start} bucketSeconds={60} zone="UTC"
                series={[{ key: 'deny', label: 'Denied', color: 'red', values: [1, 2, 3, 4] }, { key: 'allow', label: 'Allowed', color: 'grey', values: [5, 5, 5, 5] }]}
                brush={{ from: start + 60_000, to: start + 180_000 }} onBrush={onBrush}
                formatCount={String} formatTime={(at) => new Date(at).toISOString()}
            />
        );
    }
    it('moves a handle by key, one bucket at a time', async () => {
        const brush = vi.fn();
        render(<Host onBrush={brush} />);
        screen.getByRole('slider', { name: 'Start of the selected time' }).focus();
        await user.keyboard('{ArrowLeft}');
        expect(brush).toHaveBeenLastCalledWith({ from: start, to: start + 180_000 });
        screen.getByRole('slider', { name: 'End of the selected time' }).focus();
        await user.keyboard('{ArrowRight}{Escape}');
        expect(brush).toHaveBeenCalledWith({ from: start + 60_000, to: start + 240_000 });
        expect(brush).toHaveBeenLastCalledWith(null);
    });
    it('stands deny at the bottom', () => {
        const { container } = render(<Host onBrush={() => undefined} />);
        const [deny, allow] = [...container.querySelectorAll('svg g > rect[fill]')];
        expect(Number(deny?.getAttribute('y'))).toBeGreaterThan(Number(allow?.getAttribute('y')));
    });
    it('writes the newest of marks that are close, and keeps the lines of all', () => {
        const marks = [{ at: start + 60_000, label: 'v1' }, { at: start + 180_000, label: 'v3' }, { at: start + 179_000, label: 'v2' }];
        const { container } = render(
            <TimeBars label="x" from={start} bucketSeconds={60} zone="UTC" series={[{ key: 'deny', label: 'Denied', color: 'red', values: [1, 2, 3, 4] }]}
                marks={marks} formatCount={String} formatTime={String} />,
        );
        const groups = [...container.querySelectorAll('svg g:has(> title)')];
        expect(groups.map((group) => group.querySelector('title')?.textContent)).toEqual(['v1', 'v2', 'v3']);
        expect(groups.map((group) => group.querySelector('text')?.textContent)).toEqual(['v1', undefined, 'v3']);
    });
    it('shows its numbers as a table', async () => {
        render(<Host onBrush={() => undefined} />);
        await user.click(screen.getByRole('button', { name: 'Show as table' }));
        expect(screen.getAllByRole('row')).toHaveLength(5);
    });
});

it('leaves out the half of an axis that rounds to the whole', () => {
    const { container } = render(
        <TimeLines label="x" series={[{ key: 'a', label: 'A', color: 'red', values: [0, 0] }]} xLabels={['now']} timeOf={String} format={(value) => String(Math.round(value))} />,
    );
    expect([...container.querySelectorAll('svg text')].map(({ textContent }) => textContent)).toEqual(['0', '1', 'now']);
});

it('says a verdict in words', () => {
    render(<VerdictBadge verdict="deny" tense="session" />);
    expect(screen.getByText('Denied')).toBeTruthy();
});

it('offers to try again, with the trace id', async () => {
    const retry = vi.fn();
    render(<ErrorState what="The rules" error={{ message: 'x', detail: 'The database is busy.', traceId: '01JD' }} onRetry={retry} />);
    expect(screen.getByText('The rules could not be loaded')).toBeTruthy();
    expect(screen.getByText('01JD')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
});
