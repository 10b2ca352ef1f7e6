#include "protocol/envelope.hpp"

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "protocol/json_text.hpp"
#include "wire/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace tidegate::protocol {
namespace {

constexpr std::size_t kFirstCapacity = 16 * 1024;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// `at` is an opening quote inside validated JSON; the result includes both quotes.
std::string_view string_token(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return text.substr(at, end + 1 - at);
}

std::string_view scalar_token(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && text[end] != ',' && text[end] != '}' && text[end] != ']' && !is_space(text[end])) ++end;
    return text.substr(at, end - at);
}

bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

std::string_view unquoted(std::string_view token) { return token.substr(1, token.size() - 2); }

bool key_is(std::string_view token, std::string_view name) {
    const std::string_view content = unquoted(token);
    if (content.find('\\') == std::string_view::npos) return content == name;
    return decode_json_string(content) == name;
}

// A duplicate is remembered as such, whatever its value.
void note(Token& slot, const Token& found) {
    if (slot.kind == TokenKind::kAbsent) {
        slot = found;
    } else {
        slot.kind = TokenKind::kDuplicate;
    }
}

bool is_usable_id(const Token& id) {
    if (id.kind == TokenKind::kString) return id.raw.size() - 2 <= limits::kIdBytes;
    return id.kind == TokenKind::kNumber && id.raw.size() <= limits::kIdBytes &&
           id.raw.find_first_of(".eE") == std::string_view::npos;
}

}  // namespace

struct EnvelopeScanner::Members {
    Token type, id, channel;
};

std::optional<std::string_view> Token::plain_string() const {
    if (kind != TokenKind::kString) return std::nullopt;
    const std::string_view content = unquoted(raw);
    if (content.find('\\') != std::string_view::npos) return std::nullopt;
    return content;
}

EnvelopeScanner::EnvelopeScanner() {
    const auto error = parser_.allocate(kFirstCapacity, limits::kJsonDepth);
    TG_ASSERT(error == simdjson::SUCCESS, "the JSON parser has memory at start-up");
}

Token EnvelopeScanner::token_at(std::uint32_t structural) const {
    const std::size_t at = parser_.implementation->structural_indexes[structural];
    const char first = text_[at];
    if (first == '"') return {TokenKind::kString, string_token(text_, at)};
    if (first == '{' || first == '[') return {TokenKind::kOther, text_.substr(at, 1)};
    return {is_number_start(first) ? TokenKind::kNumber : TokenKind::kOther, scalar_token(text_, at)};
}

// Walks the structural positions that simdjson's first stage left behind: brackets, colons, commas and the starts of
// strings and scalars. At depth 1, a string followed by a colon is a key.
template <class Visit>
void EnvelopeScanner::each_member(Visit&& visit) const {
    const std::uint32_t* const at = parser_.implementation->structural_indexes.get();
    const std::uint32_t count = parser_.implementation->n_structural_indexes;
    int depth = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        switch (text_[at[i]]) {
            case '{':
            case '[':
                ++depth;
                break;
            case '}':
            case ']':
                --depth;
                break;
            case ':':
                if (depth == 1) visit(string_token(text_, at[i - 1]), i + 1);
                break;
            default:
                break;
        }
    }
}

std::optional<ErrorCode> EnvelopeScanner::scan(const Buffer& message, Envelope& envelope) {
    envelope = {};
    text_ = {};
    simdjson::dom::element root;
    if (parser_.parse(message.data(), message.size(), false).get(root) != simdjson::SUCCESS || !root.is_object()) {
        return ErrorCode::kBadJson;
    }
    text_ = message.view();

    Members members;
    each_member([&](std::string_view key, std::uint32_t value) {
        const bool escaped = std::memchr(key.data(), '\\', key.size()) != nullptr;
        if (!escaped && key.size() != 6 && key.size() != 4 && key.size() != 9) return;
        if (key_is(key, "type")) {
            note(members.type, token_at(value));
        } else if (key_is(key, "id")) {
            note(members.id, token_at(value));
        } else if (key_is(key, "channel")) {
            note(members.channel, token_at(value));
        }
    });

    const bool has_id = members.id.kind != TokenKind::kAbsent;
    const bool id_is_usable = is_usable_id(members.id);
    if (id_is_usable) envelope.id = members.id.raw;
    for (const Token* token : {&members.type, &members.id, &members.channel}) {
        if (token->kind == TokenKind::kDuplicate) return ErrorCode::kBadJson;
    }
    const auto type = members.type.plain_string();
    if (!type || type->empty() || type->size() > limits::kTypeBytes) return ErrorCode::kBadType;
    envelope.type = *type;
    if (has_id && !id_is_usable) return ErrorCode::kInvalid;
    if (members.channel.kind != TokenKind::kAbsent) {
        const auto channel = members.channel.plain_string();
        if (!channel || channel->empty() || channel->size() > limits::kChannelBytes) return ErrorCode::kInvalid;
        envelope.channel = *channel;
    }
    return std::nullopt;
}

Token EnvelopeScanner::find_member(std::string_view name) const {
    Token found;
    if (text_.empty()) return found;
    each_member([&](std::string_view key, std::uint32_t value) {
        if (key_is(key, name)) note(found, token_at(value));
    });
    return found;
}

bool is_channel_name(std::string_view name) {
    if (name.empty() || name.size() > limits::kChannelBytes) return false;
    const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"' || c == '\\';
    });
    return plain && is_valid_utf8(name);
}

}  // namespace tidegate::protocol
