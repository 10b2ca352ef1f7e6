#pragma once

// A part of a YAML document as JSON text: what a plugin gets as its configuration. Plain scalars are typed by
// YAML 1.2's core schema, quoted ones are texts. Pure. [any-thread]

#include "base/result.hpp"

#include <yaml-cpp/node/node.h>

#include <filesystem>
#include <string>

namespace tidegate::config {

struct YamlComplaint {
    int line = 0;
    std::string text;
};
template <class T>
using YamlResult = boost::system::result<T, YamlComplaint>;

[[noreturn]] inline void throw_exception_from_error(const YamlComplaint& complaint, const boost::source_location&) {
    throw std::runtime_error(complaint.text);
}

// Of the file, from 1.
int line_of(const YAML::Node& node);

// An unquoted text that begins with ./ or ../ becomes a path, absolute from `folder`.
YamlResult<std::string> to_json(const YAML::Node& node, const std::filesystem::path& folder);

}  // namespace tidegate::config
