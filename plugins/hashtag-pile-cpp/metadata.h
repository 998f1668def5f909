/* The declarations of plugin.toml, made by `claque plugin metadata`: change plugin.toml. */
#ifndef METADATA_H
#define METADATA_H

#define METADATA_1 \
  "{\"api\":\"1\",\"cap\":0.3,\"dimension\":\"disinformation\",\"disarm\":{},\"doc\":\"Posts with many " \
  "different hashtags, whatever the case of their ASCII letters.\",\"emits\":\"marks\",\"family\":\"ton" \
  "e\",\"id\":\"org.example.hashtag_pile\",\"innocent\":[\"Photographers, shops and festivals tag every" \
  "thing that is in the picture.\",\"A platform's own customs ask for many tags.\"],\"params\":{\"ignor" \
  "e\":{\"default\":[\"ad\",\"anzeige\"],\"doc\":\"hashtags that the law asks for, in lower case and wi" \
  "thout #\",\"max_items\":100,\"type\":\"strings\"},\"many\":{\"default\":8,\"doc\":\"different hashta" \
  "gs that count as a pile: value 1\",\"max\":50,\"min\":2,\"type\":\"int\",\"unit\":\"hashtags\"}},\"r" \
  "equires\":{\"posts\":{\"post_id\":\"id\",\"text\":\"string\"}},\"title\":\"Piled hashtags\",\"versio" \
  "n\":\"1.0.0\"}"

#endif
