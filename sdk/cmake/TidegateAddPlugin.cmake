# tidegate_add_plugin(NAME sources… MANIFEST manifest.json [LINKS targets…] [ID id] [OUTPUT_DIR dir])
#
# Builds ${TIDEGATE_PLUGIN_DIR}/NAME.so (or dir/NAME.so) with the flags that make a real unload possible, embeds the manifest, merged with
# schema/*.json beside it, as the section .tidegate.manifest, and audits the result: a breach fails the build.
# ID is for images of one plugin under several names, as tests of reloading need them: such a file is renamed to ID.so to be loaded.
# LINKS takes header-only or -fPIC static libraries only; the audit refuses any other shared one.
#
# Sanitizer builds (-fsanitize in TIDEGATE_SANITIZE) relax two things: clang's sanitizers leave their symbols to the
# executable, so -z defs is dropped; the audit allows the sanitizers' runtimes and TLS model.
include_guard(GLOBAL)
enable_language(C)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(TIDEGATE_PLUGIN_DIR ${CMAKE_BINARY_DIR}/plugins CACHE PATH "Where plugins are built")
get_filename_component(TIDEGATE_SDK_DIR ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)

function(tidegate_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "MANIFEST;ID;OUTPUT_DIR" "LINKS" ${ARGN})
  if(NOT PLUGIN_MANIFEST)
    message(FATAL_ERROR "tidegate_add_plugin(${name}): MANIFEST is missing")
  endif()
  if(NOT PLUGIN_ID)
    set(PLUGIN_ID ${name})
  endif()
  if(NOT PLUGIN_OUTPUT_DIR)
    set(PLUGIN_OUTPUT_DIR ${TIDEGATE_PLUGIN_DIR})
  endif()
  get_filename_component(manifest ${PLUGIN_MANIFEST} ABSOLUTE)
  get_filename_component(manifest_dir ${manifest} DIRECTORY)
  file(GLOB schemas CONFIGURE_DEPENDS ${manifest_dir}/schema/*.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} manifest_text)
  string(JSON version GET "${manifest_text}" version)
  string(JSON inline_schemas ERROR_VARIABLE no_inline_schemas GET "${manifest_text}" schemas)

  set(embedded ${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest.c)
  add_custom_command(
    OUTPUT ${embedded}
    COMMAND ${Python3_EXECUTABLE} ${TIDEGATE_SDK_DIR}/cmake/embed_manifest.py ${PLUGIN_ID} ${manifest} ${embedded} ${schemas}
    DEPENDS ${manifest} ${schemas} ${TIDEGATE_SDK_DIR}/cmake/embed_manifest.py
    COMMENT "Embedding the manifest of plugin ${name}" VERBATIM)
  # A sanitizer would pad the array, and the section would no longer be the JSON text alone.
  set_source_files_properties(${embedded} PROPERTIES COMPILE_OPTIONS "-fno-sanitize=all")

  if(schemas OR no_inline_schemas STREQUAL "NOTFOUND")
    set(gate ${TIDEGATE_SDK_DIR}/src/schema_validator.cpp)
  else()
    set(gate ${TIDEGATE_SDK_DIR}/src/no_schemas.cpp)
  endif()

  add_library(${name}_plugin MODULE ${PLUGIN_UNPARSED_ARGUMENTS} ${embedded} ${gate})
  set_target_properties(${name}_plugin PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY ${PLUGIN_OUTPUT_DIR}
    POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    LINK_DEPENDS ${TIDEGATE_SDK_DIR}/cmake/plugin.map)
  target_include_directories(${name}_plugin PRIVATE ${TIDEGATE_SDK_DIR}/include)
  target_compile_definitions(${name}_plugin PRIVATE
    TIDEGATE_PLUGIN_ID="${PLUGIN_ID}" TIDEGATE_PLUGIN_VERSION="${version}")
  target_compile_options(${name}_plugin PRIVATE
    -Wall -Wextra -Wshadow -Werror -fvisibility=hidden $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
    # g++ 12 sees uninitialised values inside std::regex and friends once a sanitizer is on.
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique;-Wno-error=maybe-uninitialized>)
  target_link_libraries(${name}_plugin PRIVATE ${PLUGIN_LINKS})
  target_link_options(${name}_plugin PRIVATE
    -Wl,--version-script=${TIDEGATE_SDK_DIR}/cmake/plugin.map -Wl,-z,now -Wl,--build-id -Wl,--exclude-libs,ALL)
  if(NOT (TIDEGATE_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang"))
    target_link_options(${name}_plugin PRIVATE -Wl,-z,defs)
  endif()
  add_custom_command(TARGET ${name}_plugin POST_BUILD
    COMMAND ${Python3_EXECUTABLE} ${TIDEGATE_SDK_DIR}/cmake/audit_plugin.py $<TARGET_FILE:${name}_plugin>
            --sanitize "${TIDEGATE_SANITIZE}"
    VERBATIM)
endfunction()
