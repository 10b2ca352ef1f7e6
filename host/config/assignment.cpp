#include "config/assignment.hpp"

#include "config/value_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace tidegate::config {
namespace {

using Complaint = std::optional<std::string>;

constexpr std::size_t kSecretBytes = 4096;
constexpr std::string_view kFilePrefix = "file:";

std::string shortened(const std::string& text) { return text.size() <= 60 ? text : text.substr(0, 57) + "…"; }

std::string not_expected(const FieldInfo& field, const Given& given) {
    std::string found = given.list ? "a list" : "'" + shortened(given.texts.front()) + "'";
    if (field.kind == Kind::kSecret && !given.list) found = "something else";
    return "expected " + expectation(field) + ", found " + found;
}

std::filesystem::path absolute(const std::filesystem::path& path, const std::filesystem::path& folder) {
    return path.empty() ? path : (folder / path).lexically_normal();
}

bool choice_is_known(std::string_view choices, std::string_view text) {
    while (!choices.empty()) {
        const auto bar = choices.find('|');
        if (choices.substr(0, bar) == text) return true;
        choices = bar == std::string_view::npos ? std::string_view() : choices.substr(bar + 1);
    }
    return false;
}

Complaint read_secret_file(const std::filesystem::path& path, std::string& out) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return "open '" + path.string() + "': " + std::strerror(errno);
    std::string content(kSecretBytes + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad()) return "read '" + path.string() + "': " + std::strerror(errno);
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > kSecretBytes) return "'" + path.string() + "' is too large for a secret";
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    if (content.empty()) return "'" + path.string() + "' is empty";
    out = std::move(content);
    return std::nullopt;
}

Complaint assign_secret(const FieldInfo& field, std::string& out, const Given& given) {
    std::string secret = given.texts.front();
    if (secret.starts_with(kFilePrefix)) {
        const auto path = absolute(secret.substr(kFilePrefix.size()), given.folder);
        if (auto complaint = read_secret_file(path, secret)) return complaint;
    }
    if (secret.size() < field.min || secret.size() > field.max)
        return "expected " + expectation(field) + ", found " + std::to_string(secret.size()) + " bytes";
    out = std::move(secret);
    return std::nullopt;
}

Complaint assign_text(const FieldInfo& field, std::string& out, const Given& given) {
    if (field.kind == Kind::kSecret) return assign_secret(field, out, given);
    const std::string& text = given.texts.front();
    const bool right = field.kind == Kind::kChoice    ? choice_is_known(field.choices, text)
                       : field.kind == Kind::kAddress ? read_address(text).has_value()
                                                      : text.size() <= field.max;
    if (!right) return not_expected(field, given);
    out = text;
    return std::nullopt;
}

template <class Number>
Complaint assign_number(const FieldInfo& field, Number& out, const Given& given) {
    const bool size = field.kind == Kind::kSize;
    const auto value = size ? read_size(given.texts.front()) : read_number(given.texts.front());
    if ((given.quoted && !size) || !value || *value < field.min || *value > field.max)
        return not_expected(field, given);
    out = static_cast<Number>(*value);
    return std::nullopt;
}

Complaint assign_switch(const FieldInfo& field, bool& out, const Given& given) {
    const std::string& text = given.texts.front();
    if (given.quoted || (text != "true" && text != "false")) return not_expected(field, given);
    out = text == "true";
    return std::nullopt;
}

Complaint assign_texts(const FieldInfo& field, std::vector<std::string>& out, const Given& given) {
    if (!given.list) return not_expected(field, given);
    const auto too_long = std::find_if(given.texts.begin(), given.texts.end(), [&](const std::string& text) {
        return text.empty() || text.size() > field.max;
    });
    if (too_long != given.texts.end())
        return "expected texts of 1 to " + std::to_string(field.max) + " bytes, found '" + shortened(*too_long) + "'";
    out = given.texts;
    return std::nullopt;
}

struct Assigner {
    const FieldInfo& field;
    const Given& given;

    Complaint operator()(std::vector<std::string>* out) const { return assign_texts(field, *out, given); }
    template <class Value>
    Complaint operator()(Value* out) const {
        if (given.list) return not_expected(field, given);
        return one(*out);
    }
    Complaint one(std::string& out) const { return assign_text(field, out, given); }
    Complaint one(bool& out) const { return assign_switch(field, out, given); }
    Complaint one(std::filesystem::path& out) const {
        out = absolute(given.texts.front(), given.folder);
        return std::nullopt;
    }
    Complaint one(std::uint32_t& out) const { return assign_number(field, out, given); }
    Complaint one(std::int64_t& out) const { return assign_number(field, out, given); }
    Complaint one(std::size_t& out) const { return assign_number(field, out, given); }
};

struct Shower {
    std::string operator()(const std::string* value) const { return *value; }
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const std::filesystem::path* value) const { return value->string(); }
    std::string operator()(const std::uint32_t* value) const { return std::to_string(*value); }
    std::string operator()(const std::int64_t* value) const { return std::to_string(*value); }
    std::string operator()(const std::size_t* value) const { return size_text(*value); }
    std::string operator()(const std::vector<std::string>* value) const {
        std::string out = "[";
        for (const std::string& text : *value) out += (out.size() > 1 ? ", " : "") + text;
        return out + "]";
    }
};

}  // namespace

std::optional<std::string> assign(const FieldInfo& field, const Slot& slot, const Given& given) {
    return std::visit(Assigner{field, given}, slot);
}

std::string show(const FieldInfo& field, const Slot& slot) {
    if (field.kind == Kind::kSecret) return "(secret)";
    return std::visit(Shower{}, slot);
}

}  // namespace tidegate::config
