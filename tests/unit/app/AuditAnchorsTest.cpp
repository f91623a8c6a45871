#include "app/AuditAnchors.h"

#include "app/CommandLine.h"
#include "audit/format/Format.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

db::Checkpoint sampleCheckpoint()
{
    db::Checkpoint checkpoint;
    checkpoint.seq = 42;
    for (std::size_t i = 0; i < checkpoint.head.size(); ++i)
        checkpoint.head[i] = static_cast<std::uint8_t>(i * 8 + 1);
    checkpoint.signature.fill(0xee);
    return checkpoint;
}

db::AuditRecord recordOf(const db::Checkpoint& checkpoint)
{
    db::AuditRecord record;
    record.seq = checkpoint.seq;
    record.event = "checkpoint";
    record.time = "2026-11-23T09:00:00.000001Z";
    record.node = "node-1";
    record.checkpoint = &checkpoint;
    return record;
}

class AnchorFormat : public testing::TestWithParam<const char*> {};
TEST_P(AnchorFormat, TellsOfCheckpoints)
{
    const db::Checkpoint checkpoint = sampleCheckpoint();
    std::string line = "<110>1 2026-11-23T09:00:00Z node-1 sallyport 7 - - ";
    audit::format::requireFormat(GetParam()).append(line, recordOf(checkpoint));
    for (const std::string& text : {line, line.substr(line.find("- - ") + 4)}) {
        const auto anchor = anchorIn(text);
        ASSERT_TRUE(anchor) << text;
        EXPECT_EQ(anchor->seq, checkpoint.seq);
        EXPECT_EQ(anchor->head, checkpoint.head);
    }
    EXPECT_FALSE(anchorIn(line.substr(0, line.size() / 2)));
}
INSTANTIATE_TEST_SUITE_P(Formats, AnchorFormat,
                         testing::Values("jsonl", "ecs", "ocsf", "cef", "leef"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(AuditAnchors, MayBeWrittenByHand)
{
    const std::string head(64, 'a');
    const auto anchor = anchorIn("7 " + head);
    ASSERT_TRUE(anchor);
    EXPECT_EQ(anchor->seq, 7);
    EXPECT_EQ(anchor->head.back(), 0xaa);
    EXPECT_FALSE(anchorIn("7 " + head.substr(1)));
    EXPECT_FALSE(anchorIn("seven " + head));
    EXPECT_FALSE(anchorIn(""));
}

TEST(AuditAnchors, AreFoundAmongOtherLines)
{
    const test::TemporaryFolder folder;
    const std::string head(64, '0');
    const auto anchors = readAnchors(
        folder.write("a", "{\"seq\":1,\"event\":\"open\"}\n5 " + head + "\n\n6 " + head));
    ASSERT_EQ(anchors.size(), 2);
    EXPECT_EQ(anchors[1].seq, 6);
    EXPECT_THROW(static_cast<void>(readAnchors(folder.write("b", "nothing here\n"))),
                 CommandRefused);
    EXPECT_THROW(static_cast<void>(readAnchors(folder.file("none"))), CommandRefused);
}

} // namespace
} // namespace sallyport::app
