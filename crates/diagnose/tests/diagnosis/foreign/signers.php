<?php
// Query string hashes as they come out wrong in PHP: one function per way that people sign. Beside each stand the
// mistakes that it makes, as `qsh diagnose` names them. Prints what every one of them makes of ../requests.json.

declare(strict_types=1);

/** PHP's texts are bytes. */
const LIBRARY = ['invalid_utf8=bytes_kept'];

function sha256(string ...$parts): string
{
    return hash('sha256', implode('&', $parts));
}

/** The path as it is in the text of the URL, below the base. */
function path(string $url, ?string $base): string
{
    $path = preg_split('/[?#]/', preg_replace('#^https://[^/]+#', '', $url))[0];
    $base = rtrim(preg_replace('#^https://[^/]+#', '', $base ?? ''), '/');
    if (str_starts_with($path, $base)) {
        $path = substr($path, strlen($base));
    }
    $path = str_ends_with($path, '/') ? substr($path, 0, -1) : $path;
    return str_replace('&', '%26', $path === '' ? '/' : $path);
}

function query_text(string $url): string
{
    return preg_match('/\?([^#]*)/', $url, $found) ? $found[1] : '';
}

/** Names with their values. A list of pairs, since PHP turns names that are digits into numbers. */
function grouped(string $url, string $decode = 'urldecode'): array
{
    $names = [];
    foreach (array_filter(explode('&', query_text($url)), fn ($pair) => $pair !== '') as $pair) {
        [$name, $value] = array_map($decode, explode('=', $pair, 2) + [1 => '']);
        if ($name !== 'jwt') {
            $names["\0$name"][] = $value;
        }
    }
    return array_map(fn ($name, $values) => [substr((string) $name, 1), $values], array_keys($names), $names);
}

function query(string $url, string $escape = 'rawurlencode', string $decode = 'urldecode', ?callable $change = null): string
{
    $names = grouped($url, $decode);
    usort($names, fn ($left, $right) => strcmp(rawurlencode($left[0]), rawurlencode($right[0])));
    return implode('&', array_map(function ($parameter) use ($escape, $change) {
        [$name, $values] = $parameter;
        sort($values, SORT_STRING);
        $values = $change === null ? $values : $change($values);
        return $escape($name) . '=' . implode(',', array_map($escape, $values));
    }, $names));
}

function parsed(string $url): array
{
    parse_str(query_text($url), $parameters);
    return $parameters;
}

$signers = [
    ['http_build_query', ['http_build_query', 'jwt_parameter=kept', 'query_text=as_written', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), http_build_query(parsed($url)))],
    ['ksort and http_build_query', ['http_build_query_sorted', 'jwt_parameter=kept', ...LIBRARY], function ($method, $url, $base) {
        $parameters = parsed($url);
        ksort($parameters, SORT_STRING);
        return sha256(strtoupper($method), path($url, $base), http_build_query($parameters));
    }],
    ['urlencode', ['space=plus', 'escape_set=tilde_escaped', 'http_build_query', 'url_encoder', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), query($url, 'urlencode'))],
    ['rawurldecode', ['plus=literal', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), query($url, 'rawurlencode', 'rawurldecode'))],
    ['array_unique', ['repeat=deduplicated', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), query($url, change: 'array_unique'))],
    ['the query not decoded', ['decoding=never'], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), query($url, 'rawurlencode', 'strval'))],
    ['explode, sort, implode', ['query_text=sorted_as_written', 'jwt_parameter=kept', 'parameter_join=before_each'], function ($method, $url, $base) {
        $pairs = explode('&', query_text($url));
        sort($pairs, SORT_STRING);
        return sha256(strtoupper($method), path($url, $base), implode('&', $pairs));
    }],
    ['rawurldecode of the path', ['path_escapes=decoded', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), str_replace('&', '%26', rawurldecode(path($url, $base))), query($url))],
    ['the path escaped again', ['url_encoded_again', 'path_escapes=escaped_again', 'path_characters=escaped', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), implode('/', array_map('rawurlencode', explode('/', str_replace('%26', '&', path($url, $base))))), query($url))],
    ['/wiki taken off everywhere', ['base_removal=wiki_anywhere', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), str_replace('/wiki', '', path($url, null)) ?: '/', query($url))],
    ['md5', ['hash_function=md5', ...LIBRARY], fn ($method, $url, $base) => md5(implode('&', [strtoupper($method), path($url, $base), query($url)]))],
    ['strtoupper of the hash', ['hash_text=upper_hex', ...LIBRARY], fn ($method, $url, $base) => strtoupper(sha256(strtoupper($method), path($url, $base), query($url)))],
    ['htmlspecialchars', ['hashed_text=html', ...LIBRARY], fn ($method, $url, $base) => hash('sha256', htmlspecialchars(implode('&', [strtoupper($method), path($url, $base), query($url)])))],
    ['a line end after it', ['hashed_text=line_feed', ...LIBRARY], fn ($method, $url, $base) => sha256(strtoupper($method), path($url, $base), query($url) . PHP_EOL)],
];

$requests = json_decode(file_get_contents(__DIR__ . '/../requests.json'), true, flags: JSON_THROW_ON_ERROR);
$requests = array_filter($requests, fn ($request) => $request['form'] === null);
$made = array_map(fn ($signer) => [
    'signer' => $signer[0],
    'mistakes' => $signer[1],
    'hashes' => array_values(array_map(fn ($request) => $signer[2]($request['method'], $request['url'], $request['base_url']), $requests)),
], $signers);
echo json_encode($made, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
