#include "audit/Journal.h"

#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <thread>

namespace sallyport::audit {
namespace {

using test::TemporaryFolder;

std::vector<std::uint8_t> record(std::size_t size, std::uint8_t fill)
{
    return std::vector<std::uint8_t>(size, fill);
}

bool append(Journal& journal, std::string_view text)
{
    return journal.append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::vector<std::string> textsFrom(const Journal& journal, std::uint64_t position)
{
    std::vector<std::string> texts;
    while (true) {
        const auto bytes = journal.read(position);
        if (bytes.empty())
            return texts;
        texts.emplace_back(bytes.begin(), bytes.end());
    }
}

TEST(Journal, GivesRecordsBackInTheirOrder)
{
    Journal journal(Journal::LeastBytes);
    ASSERT_TRUE(append(journal, "one"));
    ASSERT_TRUE(append(journal, "the second"));
    EXPECT_THAT(textsFrom(journal, 0), testing::ElementsAre("one", "the second"));
    std::uint64_t position = 0;
    (void)journal.read(position);
    journal.release(position);
    EXPECT_EQ(journal.released(), position);
    EXPECT_THAT(textsFrom(journal, position), testing::ElementsAre("the second"));
}

TEST(Journal, RefusesARecordWithoutRoomAndTakesItAfterRelease)
{
    Journal journal(Journal::LeastBytes);
    const auto big = record(30'000, 1);
    std::size_t count = 0;
    while (journal.append(big))
        ++count;
    EXPECT_EQ(count, Journal::LeastBytes / 30'008);
    std::uint64_t position = 0;
    ASSERT_EQ(journal.read(position).size(), big.size());
    journal.release(position);
    EXPECT_TRUE(journal.append(big));
}

TEST(Journal, GoesRoundManyTimesWithRecordsOfAnySize)
{
    Journal journal(Journal::LeastBytes);
    std::mt19937 random(7);
    std::uint64_t position = 0;
    std::vector<std::vector<std::uint8_t>> expected;
    for (int i = 0; i < 20'000; ++i) {
        auto next = record(1 + random() % 5'000, static_cast<std::uint8_t>(i));
        if (journal.append(next)) {
            expected.push_back(std::move(next));
            continue;
        }
        for (const auto& wanted : expected) {
            const auto bytes = journal.read(position);
            ASSERT_EQ(std::vector(bytes.begin(), bytes.end()), wanted) << i;
        }
        EXPECT_EQ(position, journal.written());
        journal.release(position);
        expected.clear();
    }
    EXPECT_GT(position, 20 * Journal::LeastBytes);
}

TEST(Journal, CarriesRecordsFromOneThreadToAnother)
{
    Journal journal(Journal::LeastBytes);
    constexpr std::uint32_t Count = 200'000;
    std::thread worker([&journal] {
        for (std::uint32_t i = 0; i < Count;) {
            std::array<std::uint8_t, 40> bytes{};
            std::memcpy(bytes.data(), &i, sizeof i);
            if (journal.append(bytes))
                ++i;
            else
                std::this_thread::yield();
        }
    });
    std::uint64_t position = 0;
    for (std::uint32_t i = 0; i < Count;) {
        const auto bytes = journal.read(position);
        if (bytes.empty()) {
            std::this_thread::yield();
            continue;
        }
        std::uint32_t number = 0;
        std::memcpy(&number, bytes.data(), sizeof number);
        ASSERT_EQ(number, i++);
        journal.release(position);
    }
    worker.join();
}

TEST(Journal, KeepsWhatAKilledProcessHasWritten)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        Journal journal(file, Journal::LeastBytes);
        for (int i = 0; i < 1000; ++i)
            (void)append(journal, "record " + std::to_string(i));
        (void)::write(pipe[1], "x", 1);
        ::pause();
    }
    char written = 0;
    ASSERT_EQ(::read(pipe[0], &written, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);
    ::close(pipe[1]);

    Journal journal(file, Journal::LeastBytes);
    EXPECT_EQ(journal.recover(), 0u);
    const auto texts = textsFrom(journal, journal.released());
    ASSERT_EQ(texts.size(), 1000u);
    EXPECT_EQ(texts.back(), "record 999");
}

TEST(Journal, FindsRecordsThatALossOfPowerLeftBehindAnOldHead)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    std::string head(4096, '\0');
    {
        Journal journal(file, Journal::LeastBytes);
        ASSERT_TRUE(append(journal, "before"));
        std::ifstream(file, std::ios::binary).read(head.data(), 4096);
        ASSERT_TRUE(append(journal, "after"));
    }
    std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).write(head.data(), 4096);
    Journal journal(file, Journal::LeastBytes);
    EXPECT_EQ(journal.recover(), 0u);
    EXPECT_THAT(textsFrom(journal, 0), testing::ElementsAre("before", "after"));
}

TEST(Journal, SaysHowMuchOfWhatWasWrittenCannotBeRead)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    std::uint64_t first = 0;
    std::uint64_t all = 0;
    {
        Journal journal(file, Journal::LeastBytes);
        ASSERT_TRUE(append(journal, "whole"));
        first = journal.written();
        ASSERT_TRUE(append(journal, "torn by the loss of power"));
        ASSERT_TRUE(append(journal, "behind it"));
        all = journal.written();
    }
    std::fstream in(file, std::ios::binary | std::ios::in | std::ios::out);
    in.seekp(static_cast<std::streamoff>(4096 + first + 12));
    in.write("XX", 2);
    in.close();
    Journal journal(file, Journal::LeastBytes);
    EXPECT_EQ(journal.recover(), all - first);
    EXPECT_THAT(textsFrom(journal, 0), testing::ElementsAre("whole"));
}

TEST(Journal, TakesNoRecordOfAnEarlierLapOrJournalForItsOwn)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    {
        Journal journal(file, Journal::LeastBytes);
        ASSERT_TRUE(append(journal, "old"));
        const auto id = journal.id();
        journal.restart(Journal::LeastBytes);
        EXPECT_NE(journal.id(), id);
    }
    Journal journal(file, Journal::LeastBytes);
    EXPECT_EQ(journal.recover(), 0u);
    EXPECT_THAT(textsFrom(journal, 0), testing::IsEmpty());
}

TEST(Journal, IsReadableByItsOwnerOnlyAndHasItsSizeFromTheBeginning)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    const Journal journal(file, 300'000);
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(journal.capacity() % 4096, 0u);
    EXPECT_EQ(std::filesystem::file_size(file), 4096 + journal.capacity());
}

TEST(Journal, TakesAnotherSizeWhenItIsRestarted)
{
    const TemporaryFolder folder;
    const auto file = folder.file("journal-0");
    Journal journal(file, Journal::LeastBytes);
    journal.restart(2 * Journal::LeastBytes);
    EXPECT_EQ(journal.capacity(), 2 * Journal::LeastBytes);
    EXPECT_TRUE(append(journal, "x"));
}

} // namespace
} // namespace sallyport::audit
