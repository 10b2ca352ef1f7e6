#include "undo_walk.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tidegate::collaboration {
namespace {

constexpr auto kUndo = UndoWalk::What::kUndo;
constexpr auto kRedo = UndoWalk::What::kRedo;

struct Step {
    std::uint64_t revision;
    const char* kind;
    std::uint64_t of = 0;  // an undo or redo: of which revision
    const char* user = "ada";
};

QuoteVersion version(const Step& step) {
    QuoteVersion out;
    out.revision = step.revision;
    out.actor = step.user;
    out.note.kind = step.kind;
    if (out.note.kind == "undo") out.note.undoes = step.of;
    if (out.note.kind == "redo") out.note.redoes = step.of;
    VersionOp op;
    op.path = "quote_data/aoi";
    out.ops.push_back(op);
    return out;
}

// The revision that is taken back; 0: none. `steps` from old to new.
std::uint64_t found(UndoWalk::What what, const std::vector<Step>& steps) {
    UndoWalk walk(what, "ada");
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (walk.see(version(*step))) break;
    }
    return walk.found() ? walk.found()->revision : 0;
}

TEST(UndoWalk, TakesTheNewestOwnEdit) {
    EXPECT_EQ(found(kUndo, {{1, "edit"}, {2, "edit"}}), 2u);
    EXPECT_EQ(found(kUndo, {{1, "edit"}, {2, "edit", 0, "ben"}}), 1u);
    EXPECT_EQ(found(kUndo, {{1, "update"}}), 1u);
    EXPECT_EQ(found(kUndo, {{1, "restore"}}), 1u);
    EXPECT_EQ(found(kUndo, {{1, ""}}), 1u) << "who wrote without a word has edited";
}

TEST(UndoWalk, FindsNothingWhereThereIsNothingOfOnesOwn) {
    EXPECT_EQ(found(kUndo, {}), 0u);
    EXPECT_EQ(found(kUndo, {{1, "create"}, {2, "edit", 0, "ben"}, {3, "review"}}), 0u);
    EXPECT_EQ(found(kRedo, {{1, "edit"}}), 0u);
}

TEST(UndoWalk, GoesFurtherBackWithEachUndo) {
    EXPECT_EQ(found(kUndo, {{1, "edit"}, {2, "edit"}, {3, "undo", 2}}), 1u);
    EXPECT_EQ(found(kUndo, {{1, "edit"}, {2, "edit"}, {3, "undo", 2}, {4, "undo", 1}}), 0u);
}

TEST(UndoWalk, ARedoIsAnEditThatCanBeUndone) {
    const std::vector<Step> redone{{1, "edit"}, {2, "undo", 1}, {3, "redo", 2}};
    EXPECT_EQ(found(kUndo, redone), 3u);
    auto undone = redone;
    undone.push_back({4, "undo", 3});
    EXPECT_EQ(found(kUndo, undone), 0u) << "the edit was undone, however often it was redone between";
    EXPECT_EQ(found(kRedo, undone), 4u);
}

TEST(UndoWalk, RedoTakesUndosBackOneByOne) {
    const std::vector<Step> two{{1, "edit"}, {2, "edit"}, {3, "undo", 2}, {4, "undo", 1}};
    EXPECT_EQ(found(kRedo, two), 4u);
    auto one = two;
    one.push_back({5, "redo", 4});
    EXPECT_EQ(found(kRedo, one), 3u);
    one.push_back({6, "redo", 3});
    EXPECT_EQ(found(kRedo, one), 0u);
    EXPECT_EQ(found(kUndo, one), 6u);
}

TEST(UndoWalk, AnEditOfOnesOwnEndsWhatCanBeRedone) {
    EXPECT_EQ(found(kRedo, {{1, "edit"}, {2, "undo", 1}, {3, "edit"}}), 0u);
    EXPECT_EQ(found(kRedo, {{1, "edit"}, {2, "undo", 1}, {3, "edit", 0, "ben"}}), 2u) << "another's does not";
}

TEST(UndoWalk, SeesOnlyWhatChangedFields) {
    UndoWalk walk(kUndo, "ada");
    QuoteVersion status = version({2, "edit"});
    status.ops.front().path = "status";
    EXPECT_FALSE(walk.see(status));
    EXPECT_FALSE(walk.found());
}

}  // namespace
}  // namespace tidegate::collaboration
