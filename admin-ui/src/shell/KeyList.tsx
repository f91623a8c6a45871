import { Dialog } from '../components/Dialog';
import { DescriptionList } from '../components/DescriptionList';
import { KeyHint } from '../components/KeyHint';
import { navigation } from './navigation';
import { usePreferences } from './preferences';
import { shellTexts } from './texts';

const everywhere = [
    ['Ctrl+K', 'Find a rule, user, host or page'],
    ['?', 'This list'],
    ['/', 'Go to the search field'],
    ['Esc', 'Close the topmost layer'],
    ['Ctrl+Enter', 'Send the form'],
    ['[ ]', 'Step back or forward in time'],
    ['l', 'Live tail'],
] as const;

const tables = [
    ['j k ↓ ↑', 'Next or previous row'],
    ['Enter', 'Open the row'],
    ['x', 'Select the row'],
    ['f Shift+f', 'Filter for the row’s value, or leave it out'],
] as const;

const rules = [
    ['n', 'New rule'],
    ['e', 'Edit'],
    ['Space', 'Switch on or off'],
    ['Alt+↑ Alt+↓', 'Move'],
    ['d', 'Changed rules only'],
] as const;

function list(keys: ReadonlyArray<readonly [string, string]>) {
    return <DescriptionList wide="names" items={keys.map(([key, does]) => ({ name: does, value: <KeyHint keys={key} /> }))} />;
}

export default function KeyList({ onClose }: { onClose(): void }) {
    const { letterKeys } = usePreferences();
    const pages = navigation.flatMap((group) => group.entries).filter((entry) => entry.letter);
    return (
        <Dialog open onClose={onClose} title={shellTexts.keyList.title} description={letterKeys ? undefined : shellTexts.keyList.off}>
            <h3>{shellTexts.keyList.everywhere}</h3>
            {list([...everywhere, ...pages.map((entry) => [`g ${entry.letter}`, `Go to ${entry.label}`] as const)])}
            <h3>{shellTexts.keyList.tables}</h3>
            {list(tables)}
            <h3>{shellTexts.keyList.rules}</h3>
            {list(rules)}
        </Dialog>
    );
}
