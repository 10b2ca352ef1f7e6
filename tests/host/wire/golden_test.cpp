// The bytes of tests/golden/wire: what the wire looks like, written down once and independent of this code.

#include "tests/host/wire/recording_sink.hpp"
#include "wire/frame_decoder.hpp"
#include "wire/frame_encoder.hpp"
#include "wire/handshake.hpp"
#include "wire/http_head.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace tidegate::test {
namespace {

using Json = nlohmann::json;

Json rows_of(const std::string& file) {
    std::ifstream in(std::string(TIDEGATE_GOLDEN_DIR) + "/" + file);
    Json rows = Json::parse(in);
    EXPECT_FALSE(rows.empty());
    return rows;
}

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
    return bytes;
}

std::string to_hex(std::string_view bytes) {
    std::string hex;
    for (const char c : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        hex += kDigits[static_cast<unsigned char>(c) >> 4];
        hex += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return hex;
}

BufferRef make_frame(const Json& row) {
    const std::string make = row.at("make");
    const std::string payload = row.at("payload");
    if (make == "text") return encode_text(payload);
    if (make == "binary") return encode_binary(payload);
    if (make == "ping") return encode_control(Opcode::kPing, payload);
    if (make == "pong") return encode_control(Opcode::kPong, payload);
    return encode_close(row.at("code"), payload);
}

TEST(WireGolden, DecodesEveryFrameAsWrittenDown) {
    for (const Json& row : rows_of("frame_decoder.json")) {
        const Outcome outcome = decode(from_hex(row.at("wire_hex")), {64 * 1024, 16, true});
        EXPECT_EQ(outcome.events, row.at("events").get<std::vector<std::string>>()) << row.at("name");
        EXPECT_EQ(outcome.error_code, row.at("error").get<int>()) << row.at("name");
    }
}

TEST(WireGolden, EncodesEveryFrameAsWrittenDown) {
    for (const Json& row : rows_of("frame_encoder.json")) {
        EXPECT_EQ(to_hex(make_frame(row)->view()), row.at("wire_hex").get<std::string>()) << row.at("name");
    }
}

TEST(WireGolden, ParsesEveryHeadAsWrittenDown) {
    for (const Json& row : rows_of("http_head.json")) {
        const std::string wire = row.at("wire");
        HeadParser parser;
        const HeadResult result = parser.parse(wire);
        const int status = row.at("status");
        ASSERT_EQ(result.state, status == 0 ? HeadState::kComplete : HeadState::kBad) << row.at("name");
        EXPECT_EQ(result.status, status) << row.at("name");
        if (status != 0) continue;
        EXPECT_EQ(result.head.method, row.at("method").get<std::string>());
        EXPECT_EQ(result.head.path, row.at("path").get<std::string>());
        EXPECT_EQ(result.head.query, row.at("query").get<std::string>());
        EXPECT_EQ(result.head.upgrade_requested, row.at("upgrade").get<bool>());
        EXPECT_EQ(result.head.fields.size(), row.at("fields").get<std::size_t>());
        EXPECT_EQ(result.consumed, row.value("consumed", wire.size()));
    }
}

TEST(WireGolden, ComputesEveryAcceptKeyAsWrittenDown) {
    for (const Json& row : rows_of("accept_key.json")) {
        EXPECT_EQ(accept_key(row.at("key").get<std::string>()), row.at("accept").get<std::string>()) << row.at("name");
    }
}

}  // namespace
}  // namespace tidegate::test
