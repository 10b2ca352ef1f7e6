// The echo plugin as it ships: loaded, driven, unloaded for real; its manifest readable without loading it.

#include "fake_host.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using tidegate::testing::FakeHost;

const std::string kPath = ECHO_SO;

bool mapped() {
    struct Search {
        bool hit;
    } search{false};
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* ctx) {
            if (kPath == info->dlpi_name) static_cast<Search*>(ctx)->hit = true;
            return 0;
        },
        &search);
    return search.hit;
}

std::string section(const std::string& file, const std::string& wanted) {
    const auto* head = reinterpret_cast<const Elf64_Ehdr*>(file.data());
    const auto* rows = reinterpret_cast<const Elf64_Shdr*>(file.data() + head->e_shoff);
    const char* names = file.data() + rows[head->e_shstrndx].sh_offset;
    for (int i = 0; i < head->e_shnum; ++i)
        if (wanted == names + rows[i].sh_name) return file.substr(rows[i].sh_offset, rows[i].sh_size);
    return {};
}

class Echo : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_FALSE(mapped());
        library = dlopen(kPath.c_str(), RTLD_NOW | RTLD_LOCAL);
        ASSERT_NE(library, nullptr) << dlerror();
        ASSERT_TRUE(mapped());
        entry = static_cast<const tg_entry*>(dlsym(library, TG_ENTRY_SYMBOL));
        ASSERT_NE(entry, nullptr);
        plugin = entry->create(host.table());
        ASSERT_NE(plugin, nullptr);
    }
    void TearDown() override {
        plugin->destroy(plugin);
        dlclose(library);
        EXPECT_FALSE(mapped());
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    FakeHost host;
    void* library = nullptr;
    const tg_entry* entry = nullptr;
    tg_plugin* plugin = nullptr;
};

TEST_F(Echo, TellsItsVersionBeforeAnyCodeRuns) {
    EXPECT_EQ(entry->magic, TG_ABI_MAGIC);
    EXPECT_EQ(entry->abi_major, TG_ABI_MAJOR);
    EXPECT_EQ(entry->abi_minor, TG_ABI_MINOR);
    EXPECT_EQ(entry->size, sizeof(tg_entry));
    EXPECT_STREQ(entry->id, "echo");
    EXPECT_STREQ(entry->version, "0.1.0");
}

TEST_F(Echo, CarriesItsManifestAsASection) {
    std::ifstream in(kPath, std::ios::binary);
    const std::string file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const json manifest = json::parse(section(file, ".tidegate.manifest"));
    EXPECT_EQ(manifest["id"], "echo");
    EXPECT_EQ(manifest["channels"][0]["pattern"], "room:*");
}

TEST_F(Echo, SaysEveryOtherFieldBack) {
    tg_hook hook;
    host.message(plugin, hook,
                 R"({ "type" : "echo:say", "id":"7", "a\"b":[1, {"type":"x","id":2}], "channel":"c", "n":501.00 })",
                 "echo:say", "\"7\"");
    EXPECT_EQ(hook.answer, R"({"type":"echo:said","a\"b":[1, {"type":"x","id":2}],"channel":"c","n":501.00})");
    EXPECT_EQ(hook.answers, 1);
    tg_hook bare;
    host.message(plugin, bare, R"({"type":"echo_inline:say"})", "echo_inline:say");
    EXPECT_EQ(bare.answer, R"({"type":"echo_inline:said"})");
}

TEST_F(Echo, ShoutsToTheRoomAndAnswersTheSender) {
    tg_hook hook, silent;
    host.message(plugin, hook, R"({"type":"echo:shout","id":7,"channel":"room:1","text":"hi","ref":9})", "echo:shout",
                 "7", "room:1");
    host.message(plugin, silent, R"({"type":"echo:shout","channel":"room:1"})", "echo:shout", "", "room:1");
    EXPECT_EQ(
        host.calls,
        (std::vector<std::string>{
            R"(publish room:1 live lane2 {"type":"echo:shouted","text":"hi"} author=7 {"type":"echo:shouted","text":"hi","ref":7})",
            R"(publish room:1 live lane2 {"type":"echo:shouted"})"}));
    EXPECT_EQ(hook.rc, TG_OK);
}

TEST_F(Echo, RefusesWhatItDoesNotKnow) {
    tg_hook nowhere, unknown, room;
    host.message(plugin, nowhere, R"({"type":"echo:shout"})", "echo:shout");
    EXPECT_EQ(nowhere.code, "invalid");
    host.message(plugin, unknown, R"({"type":"echo:sing"})", "echo:sing");
    EXPECT_EQ(unknown.code, "unknown_type");
    EXPECT_EQ(host.subscribe(plugin, room, "room:1"), TG_OK);
}

}  // namespace
